"""Submissions that attack the grader, as data; ``siege.py`` hands them in and has them graded."""

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hostile_course import ASSIGNMENT, NOTEBOOK, answer, code_cell, released

# The first cell of every attack. It tells where everything is, so that no attack fails for want of
# a path, and has the words for what an attack found (``show``) and did (``escaped``).
PRELUDE = '''import base64, codecs, contextlib, ctypes, errno, json, os, re, signal, socket
import subprocess, sys, threading, time
from pathlib import Path

AT = json.loads({places!r})


def show(found):
    """Print the secrets in what was found, in every disguise, and put them into a file."""
    text = found if isinstance(found, str) else bytes(found).decode("latin-1")
    for word in sorted(set(re.findall("canary[0-9a-f]{{12}}", text))):
        raw = word.encode()
        print(word, word[::-1], raw.hex(), base64.b64encode(raw).decode())
        print(codecs.encode(word, "rot13"), *word)
        with open("loot.txt", "a") as file:
            file.write(word + "\\n")


def escaped(what):
    """Say that something was done that must not be possible."""
    print("escaped-" + AT["token"][::-1], what)


def attempt(function, *arguments, **options):
    """Call a function, whatever comes of it; None where it fails."""
    with contextlib.suppress(Exception):
        return function(*arguments, **options)


def take(path, size=1_000_000):
    """Show the secrets of a file."""
    with contextlib.suppress(OSError, TypeError):
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            show(file.read(size))


def take_all(folder):
    """Show the secrets of all files below a folder."""
    for top, _, names in os.walk(folder):
        for name in names:
            take(os.path.join(top, name))


def others():
    """The processes that can be seen, but for this one."""
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in seen if pid != os.getpid()]
'''


@dataclass(frozen=True)
class Attack:
    """A submission that attacks; what is not said is as in the release.

    ``tries`` is a sentence. ``first`` is a cell of its own before all others, ``last`` one after
    them; ``answers`` are sources of answer cells by grade id. ``files`` lie beside the notebook.
    ``change`` changes the notebook, ``arrange`` the folder that is handed in (it is given the
    course's root too). A ``deadly`` one would hurt the machine if nothing held it.
    """

    name: str
    tries: str
    first: str = ""
    last: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], None] | None = None
    arrange: Callable[[Path, Path], None] | None = None
    deadly: bool = False

    def hand_in(self, root: Path, student: str, places: Mapping[str, Any]) -> None:
        """Put the submission into a course, under the name of a student."""
        content = released(root)
        answer(content, {name: _flush(code) for name, code in self.answers.items()})
        prelude = PRELUDE.format(places=json.dumps(dict(places)))
        cells = content["cells"]
        if places and (self.first or self.last or self.answers):
            cells.insert(0, code_cell(prelude, "prelude"))
        if self.first:
            cells.insert(1, code_cell(_flush(self.first), "first"))
        if self.last:
            cells.append(code_cell(_flush(self.last), "last"))
        if self.change:
            self.change(content)
        folder = root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / NOTEBOOK).write_text(json.dumps(content), "utf-8")
        for name, data in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        if self.arrange:
            self.arrange(folder, root)


def _flush(code: str) -> str:
    """Code that may stand indented in these files, at the left margin."""
    return textwrap.dedent(code).strip("\n ")
