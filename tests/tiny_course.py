"""A tiny course in a folder of its own, for the tests of the tools that grade and report."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coursekit.course import Course

ROOT = Path(__file__).parents[1]
TINY = "01_tiny"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

REFERENCE = {
    "double": "def double(x):\n    return 2 * x",
    "half": "def half(x):\n    return x / 2",
    "words": "Doubling and halving undo one another.",
}

BANK = '''"""Answers to the tiny assignment."""

# %% double | right | adds it to itself
def double(x):
    return x + x

# %% double | right | shifts in a loop
def double(x):
    return sum([x, x])

# %% double | wrong | squares it
# fails double-tests-value | two times x
def double(x):
    return x ** 2

# %% double | wrong | returns a constant
# fails double-tests-value | two times x
def double(x):
    return 4

# %% double | wrong | gives text back
# fails double-tests-interface | must give a number
# fails double-tests-value | two times x
def double(x):
    return str(x)

# %% half | right | multiplies
def half(x):
    return x * 0.5

# %% half | right | names the step
def half(x):
    divisor = 2
    return x / divisor

# %% half | wrong | rounds down
# fails half-tests-odd | an odd number
def half(x):
    return x // 2

# %% half | wrong | forgets to return
# fails half-tests-odd | an odd number
def half(x):
    x / 2

# %% half | wrong | doubles
# fails half-tests-odd | an odd number
def half(x):
    return x * 2
'''


def cell(kind: str, name: str, source: str, points: int | None = None) -> dict[str, Any]:
    """One cell of an assignment: prompt, solution, test or manual."""
    markdown = kind in {"prompt", "manual"}
    marks: dict[str, Any] = {
        "cell_type": "markdown" if markdown else "code",
        "grade": kind in {"test", "manual"},
        "grade_id": name,
        "locked": kind in {"prompt", "test"},
        "schema_version": 3,
        "solution": kind in {"solution", "manual"},
        "task": False,
    }
    if points is not None:
        marks["points"] = points
    made: dict[str, Any] = {
        "cell_type": marks["cell_type"],
        "id": name,
        "metadata": {"nbgrader": marks},
        "source": source,
    }
    return made if markdown else made | {"outputs": [], "execution_count": None}


def tiny_cells() -> list[dict[str, Any]]:
    """The tiny assignment: two exercises for the machine, one question for a person; 7 points."""
    hidden = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
    solution = "def {0}(x):\n    ### BEGIN SOLUTION\n    return {1}\n    ### END SOLUTION"
    return [
        cell("prompt", "double-prompt", "## Exercise 1 · Double · ★☆☆ · 3 points"),
        cell("solution", "double", solution.format("double", "2 * x")),
        cell(
            "test",
            "double-tests-interface",
            "assert isinstance(double(2), int), 'double must give a number.'\n"
            "print('Interface checks passed. Hidden tests also check: the value.')",
            1,
        ),
        cell(
            "test",
            "double-tests-value",
            "# The value.\n"
            + hidden.format("assert double(3) == 6, 'The result must be two times x.'"),
            2,
        ),
        cell("prompt", "half-prompt", "## Exercise 2 · Half · ★★☆ · 2 points"),
        cell("solution", "half", solution.format("half", "x / 2")),
        cell(
            "test",
            "half-tests-odd",
            "# Odd numbers.\n"
            + hidden.format("assert half(3) == 1.5, 'Half of an odd number has a fraction.'"),
            2,
        ),
        cell("prompt", "words-prompt", "## Question 3 · Words · 2 points · graded by a person"),
        cell("manual", "words", REFERENCE["words"], 2),
    ]


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """A notebook of some cells."""
    metadata = {"kernelspec": KERNEL, "course": {"unit": "01", "kind": "assignment"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def write_notebook(path: Path, content: dict[str, Any]) -> None:
    """Write a notebook, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def hand_in(
    course: Course, student: str, answers: Mapping[str, str], assignment: str = TINY
) -> Path:
    """Put some answers, by grade id, into a submission made from the release."""
    released = next((course.release / assignment).glob("*.ipynb"))
    content = json.loads(released.read_text("utf-8"))
    for entry in content["cells"]:
        if entry["id"] in answers:
            entry["source"] = answers[entry["id"]]
    path = course.root / "submitted" / student / assignment / released.name
    write_notebook(path, content)
    return path


def make_tiny_course(root: Path) -> Course:
    """A course with one tiny assignment and its answer bank, nothing released or graded yet."""
    write_notebook(root / "source" / TINY / "tiny.ipynb", notebook(tiny_cells()))
    (root / "tests" / "answers").mkdir(parents=True)
    (root / "tests" / "answers" / f"{TINY}.py").write_text(BANK, "utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return Course(root)
