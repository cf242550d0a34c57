"""Which modules are loaded ahead: learned from the master, from its text where it cannot run."""

import json
from pathlib import Path
from typing import Any

from batchgrader.kernels.modules import Wanted, imported, learned


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    return json.dumps({"cells": [*cells, {"cell_type": "markdown", "source": "import this"}]})


def runner(*lines: str, calls: list[str] | None = None) -> Any:
    """What runs a notebook whose last cell shows these lines."""

    def run(text: str) -> str:
        if calls is not None:
            calls.append(text)
        content = json.loads(text)
        content["cells"][-1]["outputs"] = [
            {"output_type": "stream", "text": line} for line in lines
        ]
        return json.dumps(content)

    return run


def broken(text: str) -> str:
    raise RuntimeError("no kernel")


SHOWN = 'modules of the master: ["pandas", "numpy", "batchgrader.kernels"]\n'


def test_modules_are_those_that_the_last_cell_shows(tmp_path: Path) -> None:
    names = learned(notebook("import pandas"), run=runner("hello\n", SHOWN), cache=tmp_path)
    assert names == ("pandas", "numpy")


def test_the_master_runs_once_for_the_same_code(tmp_path: Path) -> None:
    calls: list[str] = []
    run = runner(SHOWN, calls=calls)
    for _ in range(2):
        assert learned(notebook("x = 1"), run=run, cache=tmp_path) == ("pandas", "numpy")
    assert len(calls) == 1
    learned(notebook("x = 2"), run=run, cache=tmp_path)
    learned(notebook("x = 1"), run=run, cache=tmp_path, files={"helper.py": b"import json"})
    assert len(calls) == 3


def test_what_is_kept_and_damaged_is_learned_again(tmp_path: Path) -> None:
    learned(notebook("x = 1"), run=runner(SHOWN), cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_text("{", "utf-8")
    assert learned(notebook("x = 1"), run=runner(SHOWN), cache=tmp_path) == ("pandas", "numpy")


def test_import_statements_do_where_the_master_cannot_run(tmp_path: Path) -> None:
    names = learned(notebook("import json", "1 /"), run=broken, cache=tmp_path)
    assert names == ("json",)
    assert not list(tmp_path.iterdir())


def test_import_statements_do_where_nothing_runs_it(tmp_path: Path) -> None:
    assert learned(notebook("import json"), run=None, cache=tmp_path) == ("json",)


def test_imports_are_found_beside_magics_and_in_functions() -> None:
    cell = "%matplotlib inline\nimport numpy as np, a.b\ndef f():\n    from c.d import e\n!ls"
    assert imported([cell, "from . import x", "this is no Python"]) == ("numpy", "a.b", "c.d")


def test_settings_add_and_remove() -> None:
    wanted = Wanted(add=("extra",), remove=("mlflow", "sk*"))
    names = ["numpy", "mlflow", "mlflow.sklearn", "sklearn.tree", "skops", "mlflows"]
    assert wanted.applied_to(names) == ("numpy", "mlflows", "extra")


def test_settings_count_for_what_was_learned(tmp_path: Path) -> None:
    wanted = Wanted(add=("json",), remove=("numpy",))
    names = learned(notebook("x"), run=runner(SHOWN), cache=tmp_path, wanted=wanted)
    assert names == ("pandas", "json")


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    names = learned(notebook("x"), run=runner(SHOWN), cache=tmp_path / "file" / "cache")
    assert names == ("pandas", "numpy")
