"""``batchgrade --verify``, on answers that can tell a forked kernel from one that is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tiny_course import REFERENCE, TINY, hand_in

from coursekit.course import Course

# Loaded where a kernel was forked, and nowhere else.
WARM = "import sys\nwarm = 'batchgrader.kernels.keeper' in sys.modules\n"


def test_who_gets_other_points_on_a_cold_kernel_is_found_and_nobody_else(
    released_course: Course,
) -> None:
    choosy = f"{WARM}def double(x):\n    return 2 * x if warm else x"
    mortal = f"{WARM}import os\nif not warm:\n    os.abort()\ndef half(x):\n    return x / 2"
    hand_in(released_course, "ann", REFERENCE)
    hand_in(released_course, "bob", REFERENCE | {"double": choosy})
    hand_in(released_course, "cyd", REFERENCE | {"half": mortal})
    done = batchgrade(released_course, "--verify=9", "--report=run.json")
    assert done.returncode == 1, done.stderr
    assert "Graded differently on a cold kernel, of 3 submissions verified:" in done.stdout
    told = json.loads((released_course.root / "run.json").read_text("utf-8"))
    assert told["verified"] == 3
    found = {(each["name"], each["cell"]): each for each in told["differences"]}
    assert sorted(found) == [
        (f"bob/{TINY}", "double-tests-value"),
        (f"cyd/{TINY}", "half-tests-odd"),
    ]
    for each in found.values():
        assert (each["points"], each["cold"]) == (2, 0)
    # What was graded stays as it was graded.
    assert [record["score"] for record in told["records"]] == [5, 5, 5]


def batchgrade(course: Course, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run our command in the course."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "batchgrader", TINY, *words],
        cwd=course.root,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
