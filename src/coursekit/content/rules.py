"""What can be said of an assignment without running it; called by check's workers."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from coursekit.content.hygiene import READABLE, Finding, clean, described, identified
from coursekit.content.submissions import Exercise, blocks, exercises, grade_id, role
from coursekit.course import Course

MAGIC = re.compile(r"^\s*(?:[%!]|\w[\w ,]*=\s*[%!]|get_ipython\b)", re.MULTILINE)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)\n### END HIDDEN TESTS", re.DOTALL)
STUB = re.compile(r"raise NotImplementedError\(.*\)")
PASSED = "Interface checks passed."


@dataclass(frozen=True)
class Block:
    """An exercise with the cells that make it up."""

    exercise: Exercise
    prompt: NotebookNode
    solutions: tuple[NotebookNode, ...]
    tests: tuple[NotebookNode, ...]
    manual: tuple[NotebookNode, ...]


def inspect_source(course: Course, assignment: str, notebook: NotebookNode) -> Iterator[Finding]:
    """Every fault of a source notebook that can be seen without running it.

    Raises CourseError for a heading that cannot be read.
    """
    yield from clean(notebook)
    yield from identified(notebook)
    yield from described(course, notebook, assignment, "assignment")
    yield from _grade_ids(notebook)
    found = [
        Block(
            exercise,
            prompt,
            tuple(cell for cell in following if role(cell) == "solution"),
            tuple(cell for cell in following if role(cell) == "test"),
            tuple(cell for cell in following if role(cell) == "manual"),
        )
        for exercise, (prompt, following) in zip(exercises(notebook), blocks(notebook), strict=True)
    ]
    for number, block in enumerate(found, start=1):
        yield from _prompt(block, number)
        yield from _manual(block) if block.exercise.manual else _autograded(block)


def inspect_release(notebook: NotebookNode) -> Iterator[Finding]:
    """Every autograded answer of a students' version is a stub that says what to do."""
    for cell in notebook.cells:
        if role(cell) == "solution" and not STUB.search(cell.source):
            yield (
                grade_id(cell),
                "the student's version has no stub",
                "it must raise NotImplementedError where the answer goes",
            )


def _grade_ids(notebook: NotebookNode) -> Iterator[Finding]:
    """nbgrader knows a cell by its grade id, a damaged notebook is mended by its cell id."""
    names = [grade_id(cell) for cell in notebook.cells if "nbgrader" in cell.metadata]
    for name, count in Counter(names).items():
        if count > 1:
            yield name, f"{count} cells have this grade id", "grade ids must be unique"
        if not READABLE.fullmatch(name):
            yield name or "a cell", "the grade id is not a readable slug", "letters and hyphens"
    for cell in notebook.cells:
        if grade_id(cell) and grade_id(cell) != cell.get("id"):
            yield (
                grade_id(cell),
                f"the cell id is {cell.get('id')!r}",
                "cell id and grade id must be the same",
            )


def _prompt(block: Block, number: int) -> Iterator[Finding]:
    exercise, total = block.exercise, 0
    if role(block.prompt) != "prompt" or not grade_id(block.prompt).endswith("-prompt"):
        yield (
            exercise.id or f"exercise {exercise.number}",
            "the prompt is not a locked cell with an id that ends in -prompt",
            "a learner could change it, and nothing names the exercise",
        )
    if exercise.number != number:
        yield exercise.id, f"the number is {exercise.number}", f"the next number is {number}"
    for cell in (*block.tests, *block.manual):
        total += int(cell.metadata["nbgrader"].get("points", 0))
    if total != exercise.points:
        yield (
            exercise.id,
            f"the prompt says {exercise.points} points",
            f"the graded cells add up to {total}",
        )
    if not exercise.concepts or not exercise.objectives:
        yield (
            exercise.id,
            "the prompt names no concept or no objective",
            "its metadata must say what the exercise grades",
        )


def _manual(block: Block) -> Iterator[Finding]:
    exercise = block.exercise
    if block.tests or block.solutions or not block.manual:
        yield exercise.id, "a question has other cells than answers for a person", "see the guide"
    if not any("### BEGIN MARK SCHEME" in cell.source for cell in (block.prompt, *block.manual)):
        yield (
            exercise.id,
            "the question has no mark scheme",
            "a grader needs the rubric point by point, between ### BEGIN and ### END MARK SCHEME",
        )


def _autograded(block: Block) -> Iterator[Finding]:
    exercise = block.exercise
    if not exercise.stars:
        yield exercise.id, "the heading has no stars", "say how hard it is: ★☆☆, ★★☆ or ★★★"
    if block.manual or len(block.solutions) != 1 or grade_id(block.solutions[0]) != exercise.id:
        yield (
            exercise.id,
            "there is not exactly one solution cell with the id of the exercise",
            f"the cell with the answer must be called {exercise.id!r}",
        )
        return
    yield from _solution(exercise, block.solutions[0])
    if not block.tests:
        yield exercise.id, "there is no test cell", "nothing grades the exercise"
        return
    for cell in block.tests:
        yield from _test(exercise, cell)
    first = block.tests[0]
    visible = HIDDEN.sub("", first.source)
    if grade_id(first) != f"{exercise.id}-tests-interface" or "assert" not in visible:
        yield (
            exercise.id,
            "the first test cell is not a visible one called -tests-interface",
            "learners need one worked example that they can see pass",
        )
    elif PASSED not in visible:
        yield (
            grade_id(first),
            f"the visible tests do not print {PASSED!r}",
            "say what the hidden tests also check",
        )
    if not any(HIDDEN.search(cell.source) for cell in block.tests):
        yield exercise.id, "there is no hidden test", "constants copied from the example would pass"


def _solution(exercise: Exercise, cell: NotebookNode) -> Iterator[Finding]:
    if "### BEGIN SOLUTION" not in cell.source:
        yield exercise.id, "the solution is not between markers", "the signature would be lost"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield exercise.id, "the solution is not Python", str(error)
        return
    defined = {
        _kebab(node.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    if exercise.id not in defined:
        yield (
            exercise.id,
            "the solution defines nothing of that name",
            "an exercise is called after its function or class, in small letters and hyphens",
        )


def _test(exercise: Exercise, cell: NotebookNode) -> Iterator[Finding]:
    name = grade_id(cell)
    if not name.startswith(f"{exercise.id}-tests-"):
        yield name, "the test cell is not called after its exercise", f"{exercise.id}-tests-..."
    if MAGIC.search(cell.source):
        yield name, "the test cell uses a magic or a shell command", "write plain Python"
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield name, "the test cell is not Python", str(error)
        return
    visible = HIDDEN.sub("", cell.source)
    if not any(line.lstrip().startswith("#") for line in visible.split("\n")):
        yield name, "the test cell has no visible comment", "name the kind of check in one line"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.msg is None:
            yield (
                name,
                f"the assertion in line {node.lineno} has no message",
                "a learner must read what is wrong in a full sentence",
            )


def _kebab(name: str) -> str:
    """``log_run`` and ``LogRun`` as ``log-run``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()
