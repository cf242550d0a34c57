"""The demo class: simulated learners who hand in work drawn from the answer banks."""

import copy
import hashlib
import json
import random
import re
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from nbformat import NotebookNode

from coursekit.classroom.learners import Fate, Learner, chance, difficulty, enrol
from coursekit.content.answers import Answer, load_bank
from coursekit.content.submissions import (
    Exercise,
    exercises,
    fill,
    grade_id,
    read_notebook,
    reference_answers,
)
from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment
from coursekit.grading.grader import gradebook_of
from coursekit.grading.notes import Notes

FIRST_DUE = datetime(2026, 10, 9, 17, 0)
BLANK = 0.18  # share of the answers that are not right and are left as they were
STUB = re.compile(r"^(?P<indent>\s*)raise NotImplementedError\(.*\)$", re.MULTILINE)
LOOP = "{0}tries = 0\n{0}while tries < 3:\n{0}    tries == tries + 1"
SCHEME = re.compile(r"### BEGIN MARK SCHEME.*?### END MARK SCHEME", re.DOTALL)
RUBRIC = re.compile(r"^\W*(rubric|marking|mark scheme|points)\b.*", re.IGNORECASE | re.MULTILINE)
SHRUGS = (
    "I think it depends on the team and on the project.",
    "I did not have the time for this one, sorry.",
    "See the lesson: it is explained there.",
)


@dataclass(frozen=True)
class Material:
    """What the class needs to know of one assignment."""

    name: str
    release: Path
    exercises: tuple[Exercise, ...]
    bank: tuple[Answer, ...]
    reference: dict[str, str]
    due: datetime


def add_arguments(parser: ArgumentParser) -> None:
    """Options of ``coursekit class``, and of ``coursekit demo``, which makes the class as well."""
    parser.add_argument("--learners", type=int, default=24, help="size of the class (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number, another class")


def run(arguments: Namespace) -> int:
    """Hand in the work of a simulated class, in the course folder one stands in."""
    course = Course(Path.cwd())
    written = make_class(course, arguments.learners, arguments.seed)
    print(f"{written} files handed in below {course.root / 'submitted'}.")
    return 0


def make_class(course: Course, learners: int = 24, seed: int = 1) -> int:
    """Enrol the learners and hand in their work; returns how many files were written.

    What is there and was not written by an earlier call is never touched.
    """
    if learners < 1:
        raise CourseError("A class has at least one learner; give --learners 1 or more.")
    names = course.assignments
    if not names:
        raise CourseError(f"There is no assignment in {course.source}; nothing can be handed in.")
    class_ = enrol(learners, seed)
    written = 0
    try:
        desk = _Desk.of(course)
        for number, name in enumerate(names):
            material = load_material(course, name, number)
            _enrol(course, class_, material)
            for learner in class_:
                fate = learner.fate_in(number, len(names))
                if fate != "absent":
                    files = submission_files(learner, fate, material, seed)
                    written += desk.hand_in(learner, material, files)
        desk.close()
    except OSError as error:
        raise_environment(error, course.root)
        raise
    return written


def load_material(course: Course, name: str, number: int) -> Material:
    """Read one assignment; the n-th of the course is due n weeks after the first."""
    source = course.notebook(name)
    release = course.release / name / source.name
    if not release.is_file():
        raise CourseError(f"{name} is not released yet; run `nbgrader generate_assignment {name}`.")
    notebook = read_notebook(source)
    return Material(
        name=name,
        release=release,
        exercises=tuple(exercises(notebook)),
        bank=load_bank(course, name),
        reference=reference_answers(notebook),
        due=FIRST_DUE + timedelta(weeks=number),
    )


def submission_files(learner: Learner, fate: Fate, material: Material, seed: int) -> dict[str, str]:
    """The files that a learner hands in, by name."""
    dice = random.Random(f"{seed}/{learner.id}/{material.name}")
    answers = {} if fate == "blank" else choose_answers(learner, fate, material, seed)
    notebook = fill(read_notebook(material.release), answers)
    if fate in ("endless loop", "dead kernel", "copied cell"):
        _befall(notebook, fate, material, dice)
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if fate == "cut-off file":
        text = text[: len(text) * 2 // 3]
    return {material.release.name: text, "timestamp.txt": handed_in(material, fate, dice)}


def choose_answers(learner: Learner, fate: Fate, material: Material, seed: int) -> dict[str, str]:
    """An answer to each exercise: right by ability and difficulty, else wrong or none."""
    answers = {}
    for exercise in material.exercises:
        dice = random.Random(f"{seed}/{learner.id}/{material.name}/{exercise.id}")
        luck = dice.random()
        right = fate == "perfect" or luck < chance(learner.ability, difficulty(exercise, seed))
        if exercise.manual:
            share = dice.uniform(0.6, 0.9) if right else 0.7 * chance(learner.ability, 1.0)
            share = 1.0 if fate == "perfect" else share
            answers[exercise.id] = in_words(material.reference.get(exercise.id, ""), share, dice)
        elif right or dice.random() > BLANK:
            answers[exercise.id] = _draw(exercise, right, material, dice)
    answered_by_hand = {item.id for item in material.exercises if item.manual}
    return {
        name: text
        for name, text in answers.items()
        if name not in answered_by_hand or name in material.reference
    }


def in_words(model: str, share: float, dice: random.Random) -> str:
    """A share of the sentences and list items of a model answer; a shrug where none is left."""
    text = RUBRIC.split(SCHEME.sub("", model))[0]
    points: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.)\s)", text):
        whole = " ".join(paragraph.split())
        if whole and not whole.startswith("#"):
            points += [whole] if whole[0] in "-*|" else re.split(r"(?<=[.!?])\s+", whole)
    kept = sorted(dice.sample(range(len(points)), round(share * len(points))))
    chosen = [points[index] for index in kept]
    items = any(point[0] in "-*|" for point in chosen)
    return ("\n" if items else " ").join(chosen) or dice.choice(SHRUGS)


def handed_in(material: Material, fate: Fate, dice: random.Random) -> str:
    """When a learner handed in, as nbgrader writes it: mostly in the last two days, some late."""
    if fate == "late":
        moment = material.due + timedelta(hours=dice.uniform(2, 40))
    else:
        moment = material.due - timedelta(hours=0.2 + dice.expovariate(1 / 20))
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC\n"


def _draw(exercise: Exercise, right: bool, material: Material, dice: random.Random) -> str:
    """One answer; of the wrong ones, those that come first in the bank are the commonest."""
    pool = [
        item.code for item in material.bank if (item.exercise, item.right) == (exercise.id, right)
    ]
    if right:
        pool = [material.reference[exercise.id], *pool]
    return dice.choices(pool, weights=[1 / (1 + rank) for rank in range(len(pool))])[0]


def _befall(notebook: NotebookNode, fate: Fate, material: Material, dice: random.Random) -> None:
    """Let a mishap happen to a submission, at one of its exercises."""
    choices = [item for item in material.exercises if not item.manual]
    if fate == "endless loop":  # each test of the exercise runs into the time-out: take few tests
        choices = [min(choices, key=lambda item: len(item.cells))]
    exercise = dice.choice(choices)
    index = next(
        index for index, cell in enumerate(notebook.cells) if grade_id(cell) == exercise.id
    )
    answer = notebook.cells[index]
    if fate == "endless loop":
        stub = read_notebook(material.release).cells[index].source
        answer.source = STUB.sub(lambda found: LOOP.format(found["indent"]), stub)
        return
    copied = fate == "copied cell"
    code = (
        answer.source if copied else "import os\n\nos._exit(0)  # begin again with a clean kernel"
    )
    extra = copy.deepcopy(answer)
    extra.source, extra.id = code, f"{dice.getrandbits(32):08x}"
    if not copied:
        extra.metadata.clear()
    notebook.cells.insert(index + 1, extra)


def _enrol(course: Course, class_: list[Learner], material: Material) -> None:
    with gradebook_of(course) as gradebook:
        known = {student.id for student in gradebook.students}
        for learner in class_:
            if learner.id not in known:
                gradebook.add_student(
                    learner.id,
                    first_name=learner.first_name,
                    last_name=learner.last_name,
                    email=learner.email,
                )
        if gradebook.find_assignment(material.name).duedate is None:
            gradebook.update_or_create_assignment(material.name, duedate=material.due)


@dataclass(frozen=True)
class _Desk:
    """Where work is handed in; remembers what it took, so that it never overwrites other work."""

    course: Course
    notes: Notes
    taken: dict[str, str]

    @classmethod
    def of(cls, course: Course) -> "_Desk":
        notes = Notes.of(course)
        return cls(course, notes, notes.read("class"))

    def hand_in(self, learner: Learner, material: Material, files: dict[str, str]) -> int:
        """Write the files that are missing or were written here and are out of date."""
        written = 0
        for name, text in files.items():
            path = self.course.root / "submitted" / learner.id / material.name / name
            key = str(path.relative_to(self.course.root))
            wanted = hashlib.sha256(text.encode()).hexdigest()
            there = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
            if there == wanted or (there is not None and there != self.taken.get(key)):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            self.taken[key] = wanted
            written += 1
        return written

    def close(self) -> None:
        """Remember what was taken."""
        self.notes.write("class", self.taken)
