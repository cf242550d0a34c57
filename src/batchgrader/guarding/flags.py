"""Turns what the guard found into an incident of a submission, in words; the worker calls it.

The words name what was found and that a person will look. They accuse nobody: most of what is
found has an innocent cause.
"""

from collections.abc import Iterable

from batchgrader.guarding.findings import Finding
from batchgrader.jobs import Incident

KIND = "integrity"

# How many things a sentence names.
_NAMED = 5

_SENTENCES = {
    "function": "{} had been replaced",
    "code": "the code of {} had been changed",
    "module": "{} was not Python's own module of that name",
    "hook": "something had been hooked into the notebook's machinery ({})",
    "trace": "a function was following each line of the test ({})",
    "builtin": "{}, which the test uses, had been given another meaning",
    "given": "{}, which the instructor's cells define and the test uses, had been changed",
    "equal": "an object of the class {} says that it equals whatever it is compared with",
    "moment": "{} was changed while the test ran, if only for a moment",
    "probe": "{} did not come out as it must, before the test ran",
    "reach": "the notebook searched the memory of its process, or its frames ({})",
    "variable": "the test's own variable {} was changed while it ran",
    "word": "the result of the test could not be verified",
    "ending": "a message said that the test had ended before it had",
    "cleared": "what the test had shown was cleared away",
    "diverted": "what the test showed was sent elsewhere",
    "result": "the test showed another result than it had",
}

PERSON = "A person will look at it."


def incident(notebook: str, cell: str, findings: Iterable[Finding]) -> Incident:
    """The incident that tells what was found when a test ran."""
    said = list(dict.fromkeys(map(_said, findings)))
    named = "; ".join(said[:_NAMED])
    more = f"; and {len(said) - _NAMED} things more" if len(said) > _NAMED else ""
    text = f"When this test ran, {named}{more}. {PERSON}"
    return Incident(KIND, notebook, cell, text)


def _said(finding: Finding) -> str:
    return _SENTENCES.get(finding.kind, "something was not as it should be ({})").format(
        finding.name
    )
