"""Malformed input: folders and files that are no honest notebook; the grader reads past them."""

import gzip
import io
import json
import os
import pickle
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hostile_course import ASSIGNMENT, NOTEBOOK, code_cell

from attacks import Attack


class _Runs:
    """What runs a program when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, ("mark-unpickled",))


def _raw(content: bytes) -> Callable[[Path, Path], None]:
    """The notebook's file is these bytes."""

    def arrange(folder: Path, root: Path) -> None:
        (folder / NOTEBOOK).write_bytes(content)

    return arrange


def _cells(*cells: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big", b"\0" * 50_000_000)
        archive.writestr("../../mark-unpacked", b"x")
    return packed.getvalue()


def large(folder: Path, root: Path) -> None:
    """A notebook of 100 MB."""
    with (folder / NOTEBOOK).open("wb") as file:
        file.write(b'{"cells": [{"source": "')
        file.truncate(100_000_000)


def pipe(folder: Path, root: Path) -> None:
    """A pipe in place of the notebook, and of the time at which it was handed in."""
    (folder / NOTEBOOK).unlink()
    os.mkfifo(folder / NOTEBOOK)
    os.mkfifo(folder / "timestamp.txt")


def special(folder: Path, root: Path) -> None:
    """A socket, a pipe and links without end beside the notebook."""
    os.mkfifo(folder / "data.csv")
    (folder / "loop").symlink_to("loop")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "self").symlink_to(".")
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("listens")
    finally:
        os.chdir(here)


def device(folder: Path, root: Path) -> None:
    """A link to an endless device in place of the notebook."""
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to("/dev/zero")


def is_folder(folder: Path, root: Path) -> None:
    """A folder in place of the notebook."""
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK / ASSIGNMENT).mkdir(parents=True)


def many_files(folder: Path, root: Path) -> None:
    """More files than any person hands in."""
    for number in range(21_000):
        os.close(os.open(folder / f"f{number}", os.O_CREAT | os.O_WRONLY))


def odd_names(folder: Path, root: Path) -> None:
    """Files whose names are commands, paths and markup."""
    for name in (b"-rf", b"a\nb", b"\xff\xfe", b"$(touch mark)", b"<b>.html", b"x" * 255, b"..."):
        (Path(os.fsdecode(bytes(folder) + b"/" + name))).write_bytes(b"x")
    (folder / "other.ipynb").write_bytes(_cells({"cell_type": "code", "source": "1/0"}))


def odd_values(content: dict[str, Any]) -> None:
    """Cells and marks hold values of kinds that nobody expects."""
    for number, each in enumerate(content["cells"]):
        marks = each["metadata"].get("nbgrader", {})
        marks.update(points=-1e308, schema_version=[3], cell_type={}, checksum=None)
        each["execution_count"] = 10**400
        each["source"] = [each["source"], 5, None, ["x"]] if number % 2 else {"text": "x"}
    content["nbformat_minor"] = "5"
    content["metadata"] = {"kernelspec": [1], "language_info": "x", "toc": float("nan")}


def odd_ids(content: dict[str, Any]) -> None:
    """Names of cells that are commands of databases and browsers."""
    for each in content["cells"]:
        each["id"] = "<script>alert(1)</script>" * 5
        if "nbgrader" in each["metadata"]:
            each["metadata"]["nbgrader"]["grade_id"] += "'; DROP TABLE grade; --<script>"


def odd_outputs(content: dict[str, Any]) -> None:
    """Outputs of kinds that do not exist, and attachments that are no pictures."""
    for each in content["cells"]:
        each["outputs"] = [{"output_type": "x"}, None, 5, {"output_type": "stream", "text": {}}]
        each["attachments"] = {"../../mark": {"image/png": "!" * 100, "text/html": ["<script>"]}}
    content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": 5}}


def surrogates(content: dict[str, Any]) -> None:
    """Halves of characters, nulls and signs that turn text around."""
    content["cells"].insert(0, code_cell("print('\ud800\x00\u202e\ufeff')\n\udfff = 1", "odd"))


def many_lines(content: dict[str, Any]) -> None:
    """Lines that no parser of Python likes."""
    content["cells"].insert(0, code_cell("# endless\nx = " + "(" * 100_000 + ")" * 100_000, "long"))
    content["cells"].insert(0, code_cell("# endless\nx = " + "-" * 300_000 + "1", "signs"))


ATTACKS = (
    Attack("large", "A notebook of 100 MB.", arrange=large),
    Attack(
        "many-cells",
        "A million cells.",
        arrange=lambda folder, root: _raw(b'{"cells": [' + b"{}," * 10**6 + b"{}]}")(folder, root),
    ),
    Attack(
        "deep",
        "JSON that is nested a hundred thousand times.",
        arrange=_raw(b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ),
    Attack(
        "deep-metadata",
        "Metadata that is nested deeply.",
        arrange=_raw(
            b'{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": '
            + b'{"a":' * 900
            + b"1"
            + b"}" * 900
            + b"}"
        ),
    ),
    Attack(
        "long-number",
        "A number of a million digits.",
        arrange=_raw(b'{"nbformat": 4, "cells": [], "metadata": {"a": ' + b"9" * 10**6 + b"}}"),
    ),
    Attack("bytes", "Bytes that are no text.", arrange=_raw(bytes(range(256)) * 40)),
    Attack("empty", "A file without a byte.", arrange=_raw(b"")),
    Attack("cut-off", "Half of a notebook.", arrange=_raw(_cells(code_cell("x", "x"))[:60])),
    Attack("list", "A list in place of a notebook.", arrange=_raw(b"[1, 2, 3]")),
    Attack(
        "no-cells",
        "Things that are no cells.",
        arrange=_raw(_cells(None, 5, "x", [], {}, {"cell_type": "x"}, {"cell_type": ["code"]})),
    ),
    Attack(
        "twice",
        "Keys that are there twice.",
        arrange=_raw(b'{"cells": [], "cells": 5, "metadata": {}, "metadata": [], "nbformat": 4}'),
    ),
    Attack(
        "future",
        "A format that does not exist yet.",
        arrange=_raw(b'{"cells": [], "metadata": {}, "nbformat": 1e9, "nbformat_minor": -1}'),
    ),
    Attack(
        "zip",
        "A bomb of a zip archive under a notebook's name.",
        arrange=lambda folder, root: _raw(_zip_bomb())(folder, root),
        files={"data.zip": b"PK\3\4", "data.gz": gzip.compress(b"\0" * 1_000_000)},
    ),
    Attack(
        "pickle",
        "A pickle that runs when it is read, under names that programs look for.",
        files={name: pickle.dumps(_Runs()) for name in ("data.pkl", "x.npy", "cache.joblib")},
        arrange=lambda folder, root: None,
    ),
    Attack(
        "pickled-notebook", "A pickle under a notebook's name.", arrange=_raw(pickle.dumps(_Runs()))
    ),
    Attack("pipe", "A pipe that nobody writes to, in place of the notebook.", arrange=pipe),
    Attack("device", "A link to an endless device, in place of the notebook.", arrange=device),
    Attack("folder", "A folder in place of the notebook.", arrange=is_folder),
    Attack("special", "Pipes, sockets and endless links beside the notebook.", arrange=special),
    Attack("many-files", "Tens of thousands of files.", arrange=many_files),
    Attack("odd-names", "Names of files that are commands.", arrange=odd_names),
    Attack("odd-values", "Values of kinds that nobody expects.", change=odd_values),
    Attack("odd-ids", "Names of cells that are commands.", change=odd_ids),
    Attack("odd-outputs", "Outputs of kinds that do not exist.", change=odd_outputs),
    Attack("surrogates", "Halves of characters and nulls.", change=surrogates),
    Attack("long-line", "Code that no parser likes.", change=many_lines),
    Attack(
        "time",
        "A time of handing in that is no time.",
        files={"timestamp.txt": b"9" * 100_000 + b"\xff'; DROP TABLE student"},
    ),
)
