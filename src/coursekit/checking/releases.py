"""The students' versions in git: up to date with their sources, and without anything to hide."""

import argparse
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from coursekit.checking.workbench import Workbench
from coursekit.content.hygiene import Finding
from coursekit.content.submissions import read_notebook, role
from coursekit.course import Course

DELIMITER = re.compile(r"^\W*(?:BEGIN|END)\s+(?:SOLUTION|HIDDEN|MARK)", re.IGNORECASE)
BEGIN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")
END = re.compile(r"### END (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")
TELLING = 16  # shorter lines, such as "return result", are no secret


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``coursekit release``."""
    parser.add_argument("assignments", nargs="*", help="names of assignments; default: all")


def run(arguments: argparse.Namespace) -> int:
    """Bring the students' versions up to date, and say which changed."""
    course = Course(Path.cwd())
    names = arguments.assignments or course.assignments
    with tempfile.TemporaryDirectory(prefix="coursekit-release-") as folder:
        bench = Workbench.make(course, Path(folder) / "course")
        for name in names:
            changed = refresh(course, bench, name)
            print(f"{name}: {'released anew' if changed else 'up to date'}")
    return 0


def refresh(course: Course, bench: Workbench, assignment: str) -> bool:
    """Write the release of one assignment where it differs; returns whether it did."""
    fresh, kept = bench.release(assignment).parent, course.release / assignment
    if not _differing_files(fresh, kept):
        return False
    if kept.exists():
        shutil.rmtree(kept)
    shutil.copytree(fresh, kept)
    return True


def inspect(course: Course, bench: Workbench, assignment: str) -> Iterator[Finding]:
    """Whether the release in git is the one that nbgrader makes of the source today."""
    source = read_notebook(course.notebook(assignment))
    fresh, kept = bench.release(assignment), course.release / assignment
    yield from _leaks(source, read_notebook(fresh))
    yield from _kept_ids(source, read_notebook(fresh))
    differing = _differing_files(fresh.parent, kept)
    mend = f"run `python -m coursekit release {assignment}`"
    if not (kept / fresh.name).exists():
        yield f"release/{fresh.name}", "there is no release", mend
        return
    for name in differing:
        why = mend
        if name == fresh.name:
            why = f"{_first_difference(read_notebook(fresh), read_notebook(kept / name))}; {mend}"
        yield f"release/{name}", "the release is not up to date with the source", why
    if fresh.name in differing:
        yield from _leaks(source, read_notebook(kept / fresh.name))


def _differing_files(fresh: Path, kept: Path) -> list[str]:
    """Names of the files of two folders that are not the same, byte for byte."""
    names = {
        str(path.relative_to(folder))
        for folder in (fresh, kept)
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
    return sorted(name for name in names if _bytes(fresh / name) != _bytes(kept / name))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _first_difference(fresh: NotebookNode, kept: NotebookNode) -> str:
    if len(fresh.cells) != len(kept.cells):
        return f"it has {len(kept.cells)} cells, a new one has {len(fresh.cells)}"
    for new, old in zip(fresh.cells, kept.cells, strict=True):
        if new != old:
            part = "text" if new.source != old.source else "metadata"
            return f"the {part} of cell {new.get('id')!r} differs"
    if fresh.metadata != kept.metadata:
        return "the metadata of the notebook differ"
    return "the bytes differ, the cells do not"


def _kept_ids(source: NotebookNode, release: NotebookNode) -> Iterator[Finding]:
    """Cells keep their ids from source to release, in order; the header adds some at the ends."""
    before = [cell.get("id") for cell in source.cells]
    known = set(before)
    after = [cell.get("id") for cell in release.cells if cell.get("id") in known]
    if before != after:
        lost = [name for name in before if name not in after]
        yield "notebook", "cell ids change from source to release", f"lost or moved: {lost}"


def _leaks(source: NotebookNode, release: NotebookNode) -> Iterator[Finding]:
    """Markers, and lines of solutions, hidden tests and mark schemes, that a student would see."""
    secret, public = _secret_lines(source)
    for cell in release.cells:
        for line in map(str.strip, cell.source.split("\n")):
            name = str(cell.get("id", ""))
            if DELIMITER.match(line):
                yield name, f"the release shows a marker: {line!r}", "write markers exactly"
            elif line in secret and line not in public:
                yield name, "the release shows what it must hide", f"the line {line!r}"


def _secret_lines(source: NotebookNode) -> tuple[set[str], set[str]]:
    """The lines of a source that students must not see, and those that they may."""
    secret: set[str] = set()
    public: set[str] = set()
    for cell in source.cells:
        answer = role(cell) == "manual" and bool(cell.metadata.nbgrader.get("solution"))
        whole = answer and "### BEGIN SOLUTION" not in cell.source
        region = False
        for line in map(str.strip, cell.source.split("\n")):
            if BEGIN.search(line):
                region = True
            elif END.search(line):
                region = False
            elif len(line) >= TELLING:
                (secret if whole or region else public).add(line)
    return secret, public
