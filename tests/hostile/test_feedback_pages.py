"""The page that a student reads, of a submission that spies on the tests, warns and fails."""

import base64
import html
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from page_attacks import DOT
from tiny_course import TINY, hand_in, make_tiny_course
from traitlets.config import Config

from batchgrader.jobs import Failure, Repair
from batchgrader.marking.attached import BatchFeedback
from batchgrader.marking.feedback import enable
from batchgrader.marking.notices import Notices
from batchgrader.marking.scores import SettleScores
from coursekit.grading.grader import generate_assignment

# nbgrader's own, each time a submission is made.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

HIDDEN = ["assert double(3) == 6", "assert half(3) == 1.5"]
INJECTED = "<script>alert('x')</script>"

SETTING = """from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.ast_node_interactivity = "all"
"""
DOUBLE = """import sys

def double(x):
    if x == 3:
        print("double is old", file=sys.stderr)
    return 2 * x
"""
HALF = """def half(x):
    values = [1]
    return values[x]
"""
SPIES = [
    "print(In)",
    "for source in In:\n    print(source)",
    "In",
    "%history",
    "raise ValueError(str(In))",
    "print(repr(repr(In)))\nprint(ascii(In).upper())",
    "for source in In:\n    print(*source, sep='\\n')",
    "for source in In:\n    print(source[::-1])",
    "from IPython.display import HTML, Code, Markdown, JSON\ndisplay(*map(Code, In))",
    "display(*[Markdown(f'    {source}') for source in In], JSON({source: 1 for source in In}))",
    "display(HTML(''.join(f'<b>{sign}</b>' for source in In for sign in source)))",
    """import inspect, linecache
for source in In:
    space = {}
    try:
        linecache.cache["spied"] = (0, None, source.splitlines(True), "spied")
        exec(compile(source.replace("double(3)", "double(0)"), "spied", "exec"), globals(), space)
    except Exception as error:
        print(inspect.trace()[-1].code_context)
        raise""",
    """import base64
dot = "{DOT}"
spied = base64.b64decode(dot) + str(In).encode()
display({"image/png": base64.b64encode(spied).decode()}, raw=True)""",
    """import os, sys
for at, sign in enumerate("".join(In)):
    if at % 2:
        sys.stdout.write(sign)
    else:
        display({"text/plain": sign}, raw=True)
    sys.stdout.flush()""",
    """from pathlib import Path
Path("spied.txt").write_text(str(In))
Path("data.csv").write_text(str(In))
for source in In:
    for line in source.splitlines():
        if "assert" in line:
            Path(line.replace("/", "")).write_text("x")""",
]


class Injects(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts a hostile name where the sanitiser and a worker would put one."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        notes = resources["batchgrader"]
        notes["repairs"] = [Repair("metadata", "tiny", INJECTED, f"{INJECTED} was renamed.")]
        notes["failure"] = Failure(f"It was stopped at {INJECTED}.")
        return nb, resources


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one submission was graded and got its feedback."""
    course = make_tiny_course(tmp_path_factory.mktemp("pages"))
    generate_assignment(course, TINY)
    path = hand_in(course, "spy", {"double": DOUBLE, "half": HALF})
    nb = nbformat.read(path, 4)
    nb.cells.insert(0, new_code_cell(SETTING))
    nb.cells.extend(new_code_cell(source.replace("{DOT}", DOT)) for source in SPIES)
    nbformat.write(nb, path)
    (path.parent / "notes.txt").write_text("my notes", "utf-8")
    (path.parent / "data.csv").write_text("1,2", "utf-8")
    c = Config()
    c.CourseDirectory.root = str(course.root)
    c.CourseDirectory.assignment_id = TINY
    steps = [Execute, LimitOutput, SettleScores, SaveAutoGrades, AssignLatePenalties]
    c.Autograde.autograde_preprocessors = [*steps, Injects, Notices, CheckCellMetadata]
    enable(c)
    for converter in (Autograde, BatchFeedback):
        converter(coursedir=CourseDirectory(config=c), config=c).start()
    return course.root


@pytest.fixture(scope="module")
def page(graded: Path) -> str:
    """The page as HTML, without its head."""
    text = (graded / "feedback" / "spy" / TINY / "tiny.html").read_text("utf-8")
    return text[text.index("<body") :]


@pytest.fixture(scope="module")
def text(page: str) -> str:
    """What the page says."""
    return html.unescape(re.sub("<[^>]*>", "", page))


def test_no_hidden_test_is_on_the_page_however_the_notebook_spies(graded: Path, text: str) -> None:
    autograded = (graded / "autograded" / "spy" / TINY / "tiny.ipynb").read_text("utf-8")
    close = re.sub(r"[\s\\'\"]", "", text).lower()
    for line in HIDDEN:
        assert line in autograded
        assert line not in text
        assert line.replace(" ", "") not in close
        assert line.replace(" ", "") not in close[::-1]


def test_no_file_that_the_notebook_wrote_is_given_back(graded: Path) -> None:
    wrote = graded / "autograded" / "spy" / TINY
    assert HIDDEN[0] in (wrote / "spied.txt").read_text("utf-8")
    assert any(HIDDEN[0] in path.name for path in wrote.iterdir())
    given_back = {path.name for path in (graded / "feedback" / "spy" / TINY).iterdir()}
    assert given_back == {"tiny.html", "notes.txt"}


def test_no_picture_on_the_page_has_a_hidden_test_in_it(page: str) -> None:
    pictures = re.findall(r"data:image/png;base64,([^\"]*)", page)
    assert not [each for each in pictures if HIDDEN[0].encode() in base64.b64decode(each)]


def test_the_page_runs_nothing_but_its_own_scripts(graded: Path) -> None:
    text = (graded / "feedback" / "spy" / TINY / "tiny.html").read_text("utf-8")
    (policy,) = re.findall(
        '<meta content="([^"]*)" http-equiv="Content-Security-Policy"', text
    ) or (re.findall('<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text))
    assert "default-src 'none'; script-src 'sha256-" in policy
    assert text.index("Content-Security-Policy") < text.index("<script")


def test_the_failure_of_a_hidden_test_shows_its_message_and_the_place_in_the_answer(
    text: str,
) -> None:
    assert "IndexError: list index out of range\nThe last line of an open cell: Cell In[" in text
    assert "line 3, in half(x)" in text


def test_points_lost_to_standard_error_are_explained_beside_the_test_and_at_the_top(
    text: str,
) -> None:
    assert text.count("something was written to standard error") == 2
    assert "Test “double-tests-value”, In [" in text


def test_hostile_names_are_text_on_the_page(page: str, text: str) -> None:
    assert INJECTED not in page
    assert text.count(INJECTED) == 2


def test_the_gradebook_has_the_scores_that_the_page_shows(graded: Path, text: str) -> None:
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        grades = gradebook.find_submission_notebook("tiny", TINY, "spy").grades
        assert {grade.name: grade.auto_score for grade in grades} == {
            "double-tests-interface": 1,
            "double-tests-value": 0,
            "half-tests-odd": 0,
            "words": 0,
        }
    assert "Score: 1.0 / 7.0" in text
