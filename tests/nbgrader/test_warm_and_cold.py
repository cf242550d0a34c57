"""Every notebook of the course shows the same in a forked kernel as in a cold one."""

import json
import os
import re
import sys
from itertools import compress
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))
from fork_harness import Kernel, Server

from batchgrader.kernels.modules import learned

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted([*ROOT.glob("source/*/*.ipynb"), *ROOT.glob("notebooks/*.ipynb")])

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

# What differs from one run of a notebook to the next, whatever kernel it has.
VARIES = {
    r"fernhill-\w+-\w{8}\b": "FOLDER",
    r"/tmp\w{8}\b": "/FOLDER",
    r"\b[0-9a-f]{7,64}\b": "ID",
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b": "ID",
    r"0x[0-9a-f]+": "ADDRESS",
    r"\b\d{4}[-/]\d\d[-/]\d\d([ T]\d\d:\d\d(:\d\d([.,]\d+)?)?)?": "TIME",
    r"\b\d\d:\d\d:\d\d\b": "TIME",
    r"\b\d+(\.\d+)? ?(s|ms|µs|us|seconds|milliseconds)\b": "DURATION",
    r"ipykernel_\d+": "KERNEL",
    r"\b\d+(?=% are approved)": "SHARE",  # of models without a seed
}


def masked(value: Any, kernel: Kernel) -> Any:
    text = json.dumps(value).replace(str(kernel.folder.parent), "PLACE")
    for pattern, name in VARIES.items():
        text = re.sub(pattern, name, text)
    return json.loads(text)


def shown_by(kernel: Kernel, notebook: dict[str, Any]) -> list[Any]:
    """Run all cells, put what they show into the notebook, and return it without what varies."""
    made = []
    for cell in (cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
        shown = kernel.run("".join(cell["source"]))
        cell["outputs"] = shown.outputs
        made.append([cell.get("id"), masked(shown.outputs, kernel), shown.reply["status"]])
    return made


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_forked_kernel_shows_what_a_cold_one_shows(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    bare = Server(tmp_path)
    cold: list[Any] = []

    def run(notebook: str) -> str:
        content: dict[str, Any] = json.loads(notebook)
        with bare.cold() as kernel:
            cold[:] = shown_by(kernel, content)
        return json.dumps(content)

    modules = learned(text, run=run, cache=tmp_path)
    bare.close()
    (tmp_path / "warm").mkdir()
    server = Server(tmp_path / "warm", modules)
    assert not server.preloaded["refused"]
    with server.kernel() as kernel:
        kernel.run("None")  # the cold one began with a cell more
        warm = shown_by(kernel, json.loads(text))
    same = cold[1:-1]
    if warm != same:
        # Some cells are about chance: where two cold kernels differ, a warm one may as well.
        with server.cold() as kernel:
            kernel.run("None")
            again = shown_by(kernel, json.loads(text))
        steady = [one == other for one, other in zip(same, again, strict=True)]
        warm, same = list(compress(warm, steady)), list(compress(same, steady))
        assert len(same) > len(steady) / 2
    server.close()
    assert warm == same
    assert warm
