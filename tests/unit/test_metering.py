"""The bench counts what a command costs with all that it starts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

METERING = Path(__file__).parents[2] / "benchmarks" / "metering.py"
BURN = "import time\nwhile time.process_time() < 0.4:\n    pass\n"
ORPHAN = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BURN!r}])\n"


def meter(folder: Path, program: str) -> tuple[dict[str, Any], int]:
    words = [sys.executable, str(METERING), str(folder / "log"), sys.executable, "-c", program]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return json.loads(done.stdout), done.returncode


def test_the_cpu_of_a_command_is_counted(tmp_path: Path) -> None:
    assert 0.4 <= meter(tmp_path, BURN)[0]["cpu"] < 4


def test_the_cpu_of_a_process_that_outlives_its_parent_is_counted_once(tmp_path: Path) -> None:
    idle = meter(tmp_path, ORPHAN.replace("0.4", "0.0"))[0]["cpu"]
    burnt = meter(tmp_path, ORPHAN)[0]["cpu"]
    assert 0.2 < burnt - idle < 0.8


def test_memory_is_that_of_the_whole_tree(tmp_path: Path) -> None:
    hold = "import time\nheld = b'x' * 60_000_000\ntime.sleep(1)\n"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold!r}])\n"
    assert meter(tmp_path, parent)[0]["peak"] > 60_000_000


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    assert meter(tmp_path, "raise SystemExit(3)")[1] == 1
