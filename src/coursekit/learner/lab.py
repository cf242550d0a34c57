"""``./course lab``: a learner's own copies of lessons and assignments, opened in JupyterLab."""

import hashlib
import json
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from coursekit.course import Course, CourseError
from coursekit.grading.failures import raise_environment
from coursekit.grading.notes import IGNORED

START = "notebooks/00_start_here.ipynb"
MEMORY = ".copied.json"


def add_arguments(parser: ArgumentParser) -> None:
    """Options of ``coursekit lab``."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, help="the port that JupyterLab listens on")
    parser.add_argument("jupyter", nargs="*", help="after --: options for jupyter lab itself")


def run(arguments: Namespace) -> int:
    """Make the copies, then become JupyterLab; does not return."""
    course = Course(Path.cwd())
    for line in copy_course(course):
        print(line, flush=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={work_of(course)}"]
    if (work_of(course) / START).is_file():
        command.append(f"--LabApp.default_url=/lab/tree/{START}")
    if arguments.no_browser:
        command.append("--no-browser")
    if arguments.port:
        command.append(f"--port={arguments.port}")
    os.execv(sys.executable, command + arguments.jupyter)


def work_of(course: Course) -> Path:
    """The learner's folder: what is in it belongs to the learner."""
    return course.root.resolve() / "work"


def copy_course(course: Course) -> list[str]:
    """Copy lessons and releases to the learner's folder; returns a line for each piece of news.

    The folders keep their places to one another, so that links between notebooks work. A file
    that the learner has changed is never written to: a newer version is put beside it.
    """
    work, news = work_of(course), []
    try:
        memory = _read(work / MEMORY)
        for source in _files(course):
            name = str(source.relative_to(course.root))
            line = _copy(source, work / name, name, memory)
            if line:
                news.append(line)
        work.mkdir(exist_ok=True)
        (work / MEMORY).write_text(json.dumps(memory, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise_environment(error, course.root)
        raise
    return news


def newer(path: Path) -> Path:
    """Where a newer version of a notebook that the learner has changed is put."""
    return path.with_name(f"{path.stem}.new{path.suffix}")


def _files(course: Course) -> Iterator[Path]:
    if not course.release.is_dir():
        raise CourseError(f"There is no {course.release}; run `./course demo` to make it.")
    for folder in (course.lessons, course.release):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not IGNORED.intersection(path.parts):
                yield path


def _copy(source: Path, target: Path, name: str, memory: dict[str, str]) -> str:
    """Bring one file up to date as far as that takes nothing from the learner."""
    now, copied = _hash(source), memory.get(name)
    if target.exists() and (now == copied or _hash(target) == now):
        memory[name] = now
        return ""
    changed = target.exists() and _hash(target) != copied
    place = newer(target) if changed else target
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    memory[name] = now
    if not changed:
        return ""
    return f"There is a new version of {name}; yours is as you left it, the new one is {place}."


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return {}
