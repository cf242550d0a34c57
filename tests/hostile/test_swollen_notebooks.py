"""Notebooks that would cost the grader much more memory than their files have bytes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

OPEN = """
import sys
from pathlib import Path
from batchgrader.stages import open_page

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000

before = peak()
notes = {"repairs": []}
resources = {"batchgrader": notes, "nbgrader": {"notebook": "tiny"}}
open_page(Path(sys.argv[1]), resources)
print(int(peak() - before), "failure" in notes and notes["failure"].text)
"""
# Megabytes: the largest text that is read, once as bytes and once as letters of four bytes each.
MOST = 400

SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "100 MB": (lambda: bytes(100_000_000), "larger than 50 MB"),
    "many cells": (lambda: cells(b'{"cell_type":"code","source":""},' * 900_000), "too many parts"),
    "objects": (lambda: cells(b'{"a":{}},' * 900_000), "too many parts"),
    "numbers": (lambda: cells(b"1.5," * 12_000_000), "too many parts"),
    "deep lists": (lambda: cells(b"[" * 100_000 + b"]" * 100_000), "nested too deeply"),
    "deep objects": (lambda: cells(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "nested too deep"),
    "a long number": (lambda: cells(b"9" * 40_000_000), "a number with thousands of digits"),
    "no end": (lambda: b'{"cells":["' + b'\\"' * 20_000_000, "its end is missing"),
}


def cells(content: bytes) -> bytes:
    return b'{"cells":[' + content.rstrip(b",") + b"]}"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_swollen_notebook_is_refused_with_the_mend_before_it_costs_memory(
    tmp_path: Path, shape: str
) -> None:
    make, said = SHAPES[shape]
    path = tmp_path / "tiny.ipynb"
    path.write_bytes(make())
    command = [sys.executable, "-c", OPEN, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes, failure = done.stdout.split(maxsplit=1)
    assert said in failure
    assert "hand it in again" in failure
    assert int(megabytes) < MOST
