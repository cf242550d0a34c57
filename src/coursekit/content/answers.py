"""The answer bank of an assignment: right and wrong answers, and what each wrong one must lose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.content.submissions import Exercise, exercises, read_notebook
from coursekit.course import Course, CourseError

HEAD = re.compile(r"^# %% (?P<exercise>\S+) \| (?P<verdict>right|wrong) \| (?P<title>\S.*)$")
FAILS = re.compile(r"^# fails (?P<cell>\S+) \| (?P<message>\S.*)$")
FEWEST_RIGHT = 2
FEWEST_WRONG = 3
SHORTEST_MESSAGE = 10  # a shorter fragment is found in almost any message


@dataclass(frozen=True)
class Loss:
    """A test cell that a wrong answer must fail, and a fragment of the message it must show."""

    cell: str
    message: str


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise: a complete replacement of the solution cell."""

    exercise: str
    right: bool
    title: str
    code: str
    losses: tuple[Loss, ...]


def load_bank(course: Course, assignment: str) -> tuple[Answer, ...]:
    """The answers to an assignment, in the order of the file; called by check and the demo class.

    Raises CourseError, with file and line, for a bank that is missing or malformed.
    """
    known = {item.id: item for item in exercises(read_notebook(course.notebook(assignment)))}
    path = course.answers / f"{assignment}.py"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise CourseError(
            f"There is no answer bank {path}: write one for the assignment."
        ) from None
    name = str(path.relative_to(course.root))
    bank: list[Answer] = []
    titles: set[tuple[str, str]] = set()
    for line, lines in _chunks(text, name):
        answer = _answer(lines, known, f"{name}:{line}")
        if (answer.exercise, answer.title) in titles:
            raise CourseError(
                f"{name}:{line}: {answer.exercise} has two answers called {answer.title!r}; "
                "give each a title of its own."
            )
        titles.add((answer.exercise, answer.title))
        bank.append(answer)
    _require_enough(bank, known, name)
    return tuple(bank)


def _chunks(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The answers of a bank as lines of text, each with the line number of its head."""
    start, chunk = 0, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("# %%"):
            chunk.append(line)
            continue
        if not HEAD.match(line):
            raise CourseError(
                f"{name}:{number}: an answer begins '# %% exercise | right | title' "
                "or '# %% exercise | wrong | title'."
            )
        if start:
            yield start, chunk
        start, chunk = number, [line]
    if start:
        yield start, chunk


def _answer(lines: list[str], known: dict[str, Exercise], where: str) -> Answer:
    head = HEAD.match(lines[0])
    assert head is not None  # _chunks lets no other line through
    exercise, right = known.get(head["exercise"]), head["verdict"] == "right"
    if exercise is None or exercise.manual:
        names = ", ".join(item.id for item in known.values() if not item.manual)
        raise CourseError(
            f"{where}: there is no autograded exercise {head['exercise']!r}; there are: {names}."
        )
    losses, code = _losses(lines[1:], exercise, where)
    if right and losses:
        raise CourseError(f"{where}: a right answer loses nothing; take out its 'fails' line.")
    if not right and not losses:
        raise CourseError(
            f"{where}: a wrong answer needs a line '# fails {exercise.id}-tests-... | message' "
            "for each test cell that it must lose."
        )
    _require_python(code, where)
    return Answer(exercise.id, right, head["title"].strip(), code, losses)


def _losses(lines: list[str], exercise: Exercise, where: str) -> tuple[tuple[Loss, ...], str]:
    """The losses at the top of an answer, and the code that follows them."""
    losses: list[Loss] = []
    while lines and lines[0].startswith("# fails"):
        match = FAILS.match(lines.pop(0))
        if match is None:
            raise CourseError(f"{where}: a loss reads '# fails cell | fragment of the message'.")
        if match["cell"] not in exercise.cells:
            raise CourseError(
                f"{where}: {exercise.id} has no test cell {match['cell']!r}; "
                f"there are: {', '.join(exercise.cells)}."
            )
        if len(match["message"].strip()) < SHORTEST_MESSAGE:
            raise CourseError(
                f"{where}: the fragment {match['message']!r} is too short to tell one message "
                f"from another; give at least {SHORTEST_MESSAGE} characters."
            )
        if any(loss.cell == match["cell"] for loss in losses):
            raise CourseError(f"{where}: the cell {match['cell']!r} is named twice; name it once.")
        losses.append(Loss(match["cell"], match["message"].strip()))
    if any(line.startswith("# fails") for line in lines):
        raise CourseError(f"{where}: put every 'fails' line directly under the head.")
    return tuple(losses), "\n".join(lines).strip("\n")


def _require_python(code: str, where: str) -> None:
    if not code.strip():
        raise CourseError(f"{where}: the answer is empty; write what a learner would write.")
    try:
        compile(code, where, "exec")
    except SyntaxError as error:
        raise CourseError(
            f"{where}: the answer is not Python: {error.msg} (line {error.lineno} of the code)."
        ) from None


def _require_enough(bank: list[Answer], known: dict[str, Exercise], name: str) -> None:
    """Two other right answers and three wrong ones are the least that shows a test to be true."""
    for exercise in known.values():
        if exercise.manual:
            continue
        right = sum(answer.right for answer in bank if answer.exercise == exercise.id)
        wrong = sum(not answer.right for answer in bank if answer.exercise == exercise.id)
        if right < FEWEST_RIGHT or wrong < FEWEST_WRONG:
            raise CourseError(
                f"{name}:1: {exercise.id} has {right} right and {wrong} wrong answers; write at "
                f"least {FEWEST_RIGHT} right and {FEWEST_WRONG} wrong ones."
            )
