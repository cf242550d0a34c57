"""Attackers and honest students in one class, graded for real: what the attackers get out of it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aftermath import Aftermath
from attacks.families import FAMILIES, attacks_of
from hostile_course import ASSIGNMENT, FULL, make_hostile_course
from safety_net import NOBODY, as_nobody, bare, die_first, net
from siege import IDLE

from coursekit.course import Course
from coursekit.grading.grader import generate_assignment

HERE = Path(__file__).parent

# What a grader may take in memory, whatever the notebooks do; that of an ordinary class is half.
GRADER = 400_000_000
TREE = 5_000_000_000
DISK = 6_000_000_000
PROCESSES = 1_000

# A few attacks of each family, graded by an ordinary user: where everything is granted, and where
# no namespaces are.
SAMPLES = ("ordinary", "bare")

# What the basic tier leaves open where no namespaces can be made: the process table can be read,
# and shared memory that has a name be written.
SEEN_IN_BARE = {"the command line of another process", "the command line of the grader's parent"}
WRITABLE_IN_BARE = "/dev/shm/"

# Long enough for any machine; a siege that is not over by then hangs.
HANGS = 1_800


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course of all sieges, released."""
    root = tmp_path_factory.mktemp("hostile") / "course"
    make_hostile_course(root)
    generate_assignment(Course(root), ASSIGNMENT)
    return root


class Sieges:
    """Lays each siege when a test first asks for it, and keeps what it left."""

    def __init__(self, released: Path) -> None:
        self._released = released
        self._over: dict[str, Aftermath] = {}
        self._bases: list[Path] = []

    def of(self, family: str) -> Aftermath:
        """What the siege by a family left; samples are laid as an ordinary user."""
        if family not in self._over:
            self._over[family] = self._lay(family)
        return self._over[family]

    def _lay(self, family: str) -> Aftermath:
        base = Path(tempfile.mkdtemp(prefix="hostile-"))
        self._bases.append(base)
        base.chmod(0o755)
        shutil.copytree(self._released, base / "course")
        below = net()
        if family in SAMPLES:
            below = as_nobody()
            for path in (base, *base.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        if family == "bare":
            below += bare()
        places = os.pathsep.join(map(str, (HERE, HERE.parent)))
        done = subprocess.run(
            [
                *below,
                sys.executable,
                str(HERE / "siege.py"),
                str(base),
                family,
            ],
            env=os.environ | {"PYTHONPATH": places},
            capture_output=True,
            text=True,
            check=False,
            timeout=HANGS,
            preexec_fn=die_first,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return Aftermath.read(base)

    def clear(self) -> None:
        """Delete everything."""
        for base in self._bases:
            subprocess.run(["rm", "-rf", str(base)], check=False)


@pytest.fixture(scope="module")
def sieges(released: Path) -> Iterator[Sieges]:
    laid = Sieges(released)
    yield laid
    laid.clear()


@pytest.fixture
def siege(family: str, sieges: Sieges) -> Aftermath:
    """The siege by a family."""
    if family in SAMPLES and not (net() and os.geteuid() == 0):
        pytest.skip("Only root, on a system with namespaces, can grade under another account.")
    return sieges.of(family)


@pytest.fixture
def attack(siege: Aftermath, name: str) -> str:
    """The student whose submission is the attack."""
    if name not in siege.outcome.attacks:
        pytest.skip("This system has no namespaces, without which the attack would be dangerous.")
    return name


def each_attack() -> pytest.MarkDecorator:
    """A test for every attack, in its class."""
    cases = [(family, name) for family in (*FAMILIES, *SAMPLES) for name in attacks_of(family)]
    return pytest.mark.parametrize(("family", "name"), cases)


def each_class() -> pytest.MarkDecorator:
    """A test for every class."""
    return pytest.mark.parametrize("family", [*FAMILIES, *SAMPLES])


# ---- What an attacker gets -----------------------------------------------------------------------


@each_attack()
def test_an_attack_gains_no_point_that_is_not_flagged(siege: Aftermath, attack: str) -> None:
    assert siege.unflagged(attack) == []


@each_attack()
def test_no_secret_is_in_what_an_attack_leaves(siege: Aftermath, attack: str, family: str) -> None:
    known = SEEN_IN_BARE if family == "bare" else set()
    assert siege.secrets_of(attack) - known == set()


@each_attack()
def test_no_hidden_test_is_in_what_the_attacker_gets_back(siege: Aftermath, attack: str) -> None:
    assert siege.told_tests(attack) == set()


@each_attack()
def test_an_attack_does_nothing_that_is_forbidden(siege: Aftermath, attack: str) -> None:
    assert siege.escapes_of(attack) == set()
    assert siege.links_left_by(attack) == []
    assert siege.scripts_for(attack) == []


# ---- What becomes of the others ------------------------------------------------------------------


@each_class()
def test_the_run_ends_with_every_submission_in_its_report(siege: Aftermath) -> None:
    assert siege.outcome.called_off == ""
    assert siege.report["stopped"] == ""
    handed_in = {*siege.outcome.attacks, *siege.outcome.honest, IDLE}
    assert set(siege.records) == handed_in
    assert siege.outcome.status == (1 if siege.report["failed"] else 0)


@each_class()
def test_notebooks_are_graded_in_isolation(siege: Aftermath, family: str) -> None:
    assert siege.report["isolation"].startswith("basic" if family == "bare" else "strong")


@each_class()
def test_honest_submissions_beside_attacks_get_all_their_points(siege: Aftermath) -> None:
    points = {student: siege.points(student) for student in siege.outcome.honest}
    assert points == dict.fromkeys(siege.outcome.honest, FULL)


@each_class()
def test_nothing_is_held_against_the_honest(siege: Aftermath) -> None:
    for student in (*siege.outcome.honest, IDLE):
        assert siege.records[student]["incidents"] == []
        assert siege.records[student]["status"] == "graded"
    assert siege.points(IDLE) == 0


@each_class()
def test_everybody_gets_feedback(siege: Aftermath) -> None:
    assert siege.outcome.feedback == 0
    for student in siege.records:
        assert list((siege.base / "course" / "feedback" / student / ASSIGNMENT).glob("*.html"))


# ---- What becomes of the machine -----------------------------------------------------------------


@each_class()
def test_nothing_outside_is_changed(siege: Aftermath, family: str) -> None:
    known = WRITABLE_IN_BARE if family == "bare" else "nowhere"
    assert siege.outcome.changed == []
    assert [mark for mark in siege.outcome.marks if not mark.startswith(known)] == []
    assert siege.book_changes() == []


@each_class()
def test_nothing_is_done_to_the_terminal_of_the_grader(siege: Aftermath) -> None:
    assert "\x1b" not in siege.outcome.told


@each_class()
def test_nothing_outside_is_reached(siege: Aftermath) -> None:
    assert siege.outcome.reached == []


@each_class()
def test_no_process_and_no_temporary_file_is_left(siege: Aftermath) -> None:
    assert siege.outcome.left == []
    assert siege.outcome.scratch == ["kept.txt"]


@each_class()
def test_the_machine_stays_well(siege: Aftermath) -> None:
    assert 0 < siege.outcome.peak_grader < GRADER
    assert siege.outcome.peak_tree < TREE
    assert siege.outcome.peak_processes < PROCESSES
    assert siege.outcome.peak_disk < DISK
