"""A small course that holds to every rule, for tests that break one rule at a time."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursekit.course import Course

ROOT = Path(__file__).parents[1]
UNIT = "06_experiment_tracking"
OBJECTIVES = {
    "record-a-run": "Record a run",
    "choose-a-run": "Choose a run",
    "survive-failure": "Survive a failure",
    "choose-a-tool": "Choose a tool",
}
STRIP = (
    "data gathering → analysis → transformation → **training** → validation → serving → "
    "monitoring → retraining"
)

BANK = '''"""Answers of learners who double and halve."""

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
# fails half-tests-interface | give its result back
# fails half-tests-odd | an odd number
def half(x):
    x / 2

# %% half | wrong | doubles
# fails half-tests-odd | an odd number
def half(x):
    return x * 2
'''


def make_course(root: Path) -> Course:
    """Write the course: one lesson, one assignment and its bank; nothing is released yet."""
    course = Course(root)
    header = course.source / "header.ipynb"
    header.parent.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copy(ROOT / "source" / "header.ipynb", header)
    _write(course.lessons / f"{UNIT}.ipynb", _notebook(lesson_cells(), "lesson"))
    _write(source_path(course), _notebook(assignment_cells(), "assignment"))
    course.answers.mkdir(parents=True)
    bank_path(course).write_text(BANK, "utf-8")
    return course


def source_path(course: Course) -> Path:
    """The source of the one assignment."""
    return course.source / UNIT / "experiment_tracking.ipynb"


def bank_path(course: Course) -> Path:
    """The bank of the one assignment."""
    return course.answers / f"{UNIT}.py"


@contextmanager
def edited(path: Path) -> Iterator[dict[str, Any]]:
    """Change a notebook in place; ``cells`` of what is yielded are by id, in order."""
    content = json.loads(path.read_text("utf-8"))
    content["cells"] = {cell["id"]: cell for cell in content["cells"]}
    yield content
    content["cells"] = list(content["cells"].values())
    _write(path, content)


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that is there in a text file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def assignment_cells() -> list[dict[str, Any]]:
    """Two exercises for the machine and one question for a person: 8 points."""
    solution = (
        "def {0}(x):\n    ### BEGIN SOLUTION\n    return {1}  # the answer\n    ### END SOLUTION"
    )
    hidden = "# {}\n### BEGIN HIDDEN TESTS\nassert {}\n### END HIDDEN TESTS"
    passed = 'print("Interface checks passed. Hidden tests also check: {}.")'
    return [
        text("title", "# Doubling"),
        code("setup", "import math"),
        prompt("double", "## Exercise 1 · Double · ★☆☆ · 3 points", "record-a-run"),
        graded("double", solution.format("double", "2 * x"), solution=True),
        graded(
            "double-tests-interface",
            '# An example.\nassert isinstance(double(2), int), "double must give a number."\n'
            + passed.format("the value"),
            points=1,
        ),
        graded(
            "double-tests-value",
            hidden.format("The value.", 'double(3) == 6, "The result must be two times x."'),
            points=2,
        ),
        prompt("half", "## Exercise 2 · Half · ★★☆ · 3 points", "choose-a-run", "survive-failure"),
        graded("half", solution.format("half", "x / 2"), solution=True),
        graded(
            "half-tests-interface",
            '# An example.\nassert half(2) is not None, "half must give its result back."\n'
            + passed.format("odd numbers"),
            points=1,
        ),
        graded(
            "half-tests-odd",
            hidden.format(
                "Odd numbers.", 'half(3) == 1.5, "Half of an odd number has a fraction."'
            ),
            points=2,
        ),
        prompt(
            "words",
            "## Question 3 · Words · 2 points · graded by a person\n\n"
            "### BEGIN MARK SCHEME\n* 2 points: each undoes the other\n### END MARK SCHEME",
            "choose-a-tool",
        ),
        graded("words", "Doubling and halving undo one another.", points=2, solution=True),
    ]


def lesson_cells() -> list[dict[str, Any]]:
    """A lesson of the right size that says nothing, at length."""
    cells = [
        text("title", f"# Tracking\n\n*30 minutes*\n\n**Lifecycle** · {STRIP}"),
        text("objectives", "\n".join(f"* {words}." for words in OBJECTIVES.values())),
    ]
    for number, name in enumerate(OBJECTIVES):
        about = {"concepts": ["experimentation", "model-training"], "objectives": [name]}
        shown = "*A line that rises from left to right, slowly at first and then fast.*\n\n"
        cells += [
            text(f"section-{name}", f"## Part {number}\n\n" + "word " * 300, about),
            code(f"plot-{name}", "fig, ax = plt.subplots()\nax.plot([1, 2])"),
            text(f"read-{name}", shown + "word " * 200),
            text(f"hint-{name}", "<details>A hint.</details>"),
            code(f"try-{name}", "assert True", {"checkpoint": True, "objectives": [name]}),
        ]
    cells += [code(f"more-{number}", "1 + 1") for number in range(12)]
    release = f"../release/{UNIT}/experiment_tracking.ipynb"
    return [
        *cells,
        text("key-terms", "## Key terms\n\n| term | meaning |\n|---|---|\n| run | one training |"),
        text("take-aways", "## Take-aways\n\n* Write it down."),
        text("sources", f"## Sources\n\n* A book.\n\nNow the [assignment]({release})."),
    ]


def text(name: str, source: str, about: dict[str, Any] | None = None) -> dict[str, Any]:
    """A cell of text; ``about`` is what it says of itself to the course."""
    metadata = {"course": about} if about else {}
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": source}


def code(name: str, source: str, about: dict[str, Any] | None = None) -> dict[str, Any]:
    """A cell of code."""
    return text(name, source, about) | {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
    }


def prompt(name: str, source: str, *objectives: str) -> dict[str, Any]:
    """The locked prompt of an exercise."""
    about = {"concepts": ["experimentation", "model-training"], "objectives": list(objectives)}
    return _marked(text(f"{name}-prompt", source, about), locked=True)


def graded(
    name: str, source: str, *, points: int | None = None, solution: bool = False
) -> dict[str, Any]:
    """An answer cell, a test cell, or an answer for a person, which is both."""
    cell = text(name, source) if points and solution else code(name, source)
    return _marked(cell, grade=points is not None, solution=solution, points=points)


def _marked(
    cell: dict[str, Any],
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    marks = {
        "cell_type": cell["cell_type"],
        "grade": grade,
        "grade_id": cell["id"],
        "locked": locked or (grade and not solution),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    return cell | {"metadata": cell["metadata"] | {"nbgrader": marks}}


def _notebook(cells: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    about: dict[str, Any] = {"unit": UNIT[:2], "kind": kind, "minutes": 30}
    if kind == "lesson":
        about["objectives"] = OBJECTIVES
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"course": about, "kernelspec": kernel}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
