"""A course whose tests lean on what forgers like to bend: numpy, pandas, unittest and a helper.

Nine points for the machine: what honest answers get. The untouched release gets none.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tiny_course import ROOT, cell, notebook, write_notebook

ASSIGNMENT = "01_numbers"
NOTEBOOK = "numbers.ipynb"
FULL = 9.0

# The cell with this comment may take this many seconds; all others a minute.
ENDLESS = "# endless"
SECONDS = 3

HONEST = {
    "double": "def double(x):\n    return x + x",
    "spread": "def spread(values):\n    values = np.asarray(values)\n"
    "    return values - values.mean()",
    "tidy": "def tidy(frame):\n    return frame.dropna().reset_index(drop=True)",
    "ratio": "def ratio(part, whole):\n    return part / whole",
}

# Answers that run and are wrong everywhere, for a notebook that gets its points otherwise.
WRONG = {
    "double": "def double(x):\n    return -1",
    "spread": "def spread(values):\n    return np.array([-1.0])",
    "tidy": "def tidy(frame):\n    return frame.head(0)",
    "ratio": "def ratio(part, whole):\n    return -1.0",
}

HIDDEN = {
    "double-tests": ["assert double(3) == 6, 'Twice three is six.'"],
    "double-tests-unit": ["unittest.TestCase().assertEqual(double(21), 42)"],
    "spread-tests": [
        "from numpy.testing import assert_allclose",
        "assert_allclose(spread([1.0, 2.0, 6.0]), [-2.0, -1.0, 3.0])",
    ],
    "tidy-tests": [
        "full = pd.DataFrame({'rate': [0.5, 0.7], 'town': ['Ayr', 'Wick']})",
        "torn = pd.DataFrame({'rate': [0.5, None, 0.7], 'town': ['Ayr', 'Oban', 'Wick']})",
        "pd.testing.assert_frame_equal(tidy(torn), full)",
    ],
    "ratio-tests": [
        "found = [close(ratio(1, 4), 0.25), close(ratio(9, 3), 3.0)]",
        "float(sum(found))",
    ],
}
POINTS = {name: 1 if name.endswith("unit") else 2 for name in HIDDEN}

SETTINGS = f"""
# ---- For the hostile tests -----------------------------------------------------------------------

c.Execute.timeout_func = lambda cell: {SECONDS} if "{ENDLESS}" in cell.source else 60
c.BatchAutograde.submission_timeout = 90
c.BatchAutograde.grace = 1
c.BatchAutograde.restarts = 1
c.BatchAutograde.output_bytes = 1_000_000
c.BatchAutograde.file_bytes = 5_000_000
c.BatchAutograde.memory_bytes = 5 * 2**29
c.BatchAutograde.processes = 50
c.BatchAutograde.disk_bytes = 100_000_000
"""


def make_hostile_course(root: Path) -> None:
    """Write the source and the settings; nothing is released yet."""
    write_notebook(root / "source" / ASSIGNMENT / NOTEBOOK, notebook(_cells()))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(SETTINGS)


def released(root: Path) -> dict[str, Any]:
    """The notebook that students are given."""
    path = root / "release" / ASSIGNMENT / NOTEBOOK
    return dict(json.loads(path.read_text("utf-8")))


def answer(content: dict[str, Any], answers: Mapping[str, str]) -> None:
    """Write answers, by grade id, into a notebook."""
    for each in content["cells"]:
        if each["id"] in answers:
            each["source"] = answers[each["id"]]


def code_cell(source: str, name: str) -> dict[str, Any]:
    """A cell that a student adds."""
    made = {"cell_type": "code", "id": name, "metadata": {}, "source": source}
    return made | {"outputs": [], "execution_count": None}


def _cells() -> list[dict[str, Any]]:
    return [
        _given(
            "imports", "import math\nimport unittest\n\nimport numpy as np\nimport pandas as pd"
        ),
        _given("helper", "def close(left, right):\n    return math.isclose(left, right)"),
        _solution("double", "x", "return 2 * x"),
        _test("double-tests", "# Small numbers."),
        _test("double-tests-unit", "# A larger number."),
        _solution("spread", "values", "return np.subtract(values, np.mean(values))"),
        _test("spread-tests", "# Distances from the mean."),
        _solution("tidy", "frame", "return frame.dropna().reset_index(drop=True)"),
        _test("tidy-tests", "# Rows without gaps."),
        _solution("ratio", "part, whole", "return part / whole"),
        _test("ratio-tests", "# A point for each of two shares."),
        cell("manual", "words", "Rows without gaps stay.", 1),
    ]


def _given(name: str, source: str) -> dict[str, Any]:
    made = cell("test", name, source)
    made["metadata"]["nbgrader"]["grade"] = False
    return made


def _solution(name: str, arguments: str, body: str) -> dict[str, Any]:
    source = (
        f"def {name}({arguments}):\n    ### BEGIN SOLUTION\n    # SOLUTION-SECRET\n    {body}\n"
        "    ### END SOLUTION"
    )
    return cell("solution", name, source)


def _test(name: str, comment: str) -> dict[str, Any]:
    hidden = "\n".join(HIDDEN[name])
    source = f"{comment}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return cell("test", name, source, POINTS[name])
