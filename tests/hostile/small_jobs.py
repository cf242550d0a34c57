"""Small submissions for the hostile tests: from lines of code to a job, and back from a result."""

import json
from typing import Any

import nbformat.v4
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from batchgrader.execution import pack_runner, run_job
from batchgrader.jobs import File, Job, Limits, Result
from batchgrader.kernels.sources import Recipe

ISOLATED = Recipe()
# For tests that let a notebook write to the folder of the test, or tell its true process number.
OPEN = Recipe(isolation="none")
QUICK = Limits(seconds=120, grace=1)


def notebook(*cells: str, kernel: str = "python3") -> str:
    made = nbformat.v4.new_notebook()
    made.metadata.kernelspec = {"name": kernel, "display_name": kernel, "language": "python"}
    for number, source in enumerate(cells):
        made.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    return str(nbformat.v4.writes(made))


def settings(**traits: Any) -> Config:
    return Config({"Execute": traits})


def job(
    *cells: str,
    limits: Limits = QUICK,
    config: Config | None = None,
    files: dict[str, bytes] | None = None,
    environment: dict[str, str] | None = None,
    execute: Any = Execute,
    notebooks: dict[str, str] | None = None,
    kernels: Recipe = ISOLATED,
) -> Job:
    given = {path: File(content) for path, content in (files or {}).items()}
    runner = pack_runner(execute, config or Config())
    all_notebooks = notebooks or {"p1": notebook(*cells)}
    return Job(
        "alice/ps1", all_notebooks, given, runner, limits, environment or {}, kernels=kernels
    )


def run(*cells: str, **options: Any) -> Result:
    return Result.from_json(run_job(job(*cells, **options)))


def outputs(result: Result, name: str = "p1") -> list[list[str]]:
    """What each cell shows: text, results, and the names of errors."""
    return [[_shown(out) for out in cell.outputs] for cell in cells(result, name)]


def cells(result: Result, name: str = "p1") -> list[Any]:
    return list(nbformat.v4.reads(result.notebooks[name]).cells)


def kinds(result: Result) -> list[str]:
    return [incident.kind for incident in result.incidents]


def _shown(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return str(output.ename)
    return str(output.data["text/plain"])


def told(result: Result, path: str) -> Any:
    """What a cell wrote as JSON into a file that came back."""
    return json.loads(result.files[path].content)
