"""The command line: ``python -m coursekit COMMAND``, which ``./course`` calls."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any, NamedTuple

from coursekit.course import CourseError


class Command(NamedTuple):
    """A subcommand: the module of this package that does the work, and one line of help.

    The module offers ``add_arguments(parser)`` and ``run(arguments) -> int``.
    """

    module: str
    help: str


COMMANDS = {
    "demo": Command("classroom.demo", "grade a simulated class from end to end"),
    "class": Command("classroom.enrolment", "make the work that a simulated class hands in"),
    "report": Command("classroom.report", "write the class report of what is graded"),
    "lab": Command("learner.lab", "open JupyterLab on your own copy of the course"),
    "grade": Command("learner.grade", "grade your own work"),
    "check": Command("checking.check", "check lessons, assignments and their grading"),
    "coverage": Command("content.coverage", "write the table of concepts and who grades them"),
    "release": Command("checking.releases", "bring the students' versions up to date"),
}


def main(words: list[str] | None = None) -> int:
    """Run one subcommand and return the exit status of the process."""
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(prog="coursekit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help, description=command.help)
        if words[:1] == [name]:  # the others need not even be imported
            _module(name).add_arguments(subparser)
    arguments = parser.parse_args(words)
    try:
        _require_course(Path.cwd())
        return int(_module(arguments.command).run(arguments))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; what was done stays done.", file=sys.stderr)
        return 130


def _module(command: str) -> Any:
    return importlib.import_module(f"coursekit.{COMMANDS[command].module}")


def _require_course(folder: Path) -> None:
    """Every command works on the course in the current folder."""
    if not (folder / "nbgrader_config.py").is_file():
        raise CourseError(
            f"{folder} is not a course: it has no nbgrader_config.py. "
            "Change to the folder of the course and run this again."
        )


if __name__ == "__main__":
    sys.exit(main())
