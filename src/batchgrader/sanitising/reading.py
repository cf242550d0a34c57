"""A notebook as some editor wrote it, in the present format; the coordinator reads all with it.

What is accepted: any Unicode encoding with or without a byte-order mark, formats 2 to 4, what
Colab, VS Code and PyCharm leave out or add. What cannot be read is refused with a sentence that
names the mend, by its size and first bytes before it is parsed where that is possible.
"""

import json
import math
import re
from json import detect_encoding
from typing import Any

from nbformat import NotebookNode

from batchgrader.jobs import Repair
from batchgrader.sanitising.cells import (
    TooDeepError,
    cell_type,
    make_cell,
    make_notebook_metadata,
)
from batchgrader.sanitising.old_formats import cells_of_worksheets

MAX_BYTES = 50_000_000
MAX_CELLS = 5_000
# Objects and lists together: each costs a hundred times its bytes in memory.
MAX_PARTS = 200_000
# What stands in them: numbers and texts cost ten times their bytes.
MAX_VALUES = 2_000_000
# Ids that begin so were made here: no cell is recognised by one.
INVENTED = "unnamed-"

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# What neither UTF-8 nor a database can hold: half a surrogate pair, a null.
_UNSTORABLE = re.compile("[\\ud800-\\udfff\\x00]")
_MAY_BE_UNSTORABLE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)|\x00")
# A text in JSON, which may lack its end.
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_HAND_IN = "save the notebook in JupyterLab and hand it in again"
_FIRST_BYTES = {
    "<<<<<<<": "holds two versions that git could not merge; choose one, {mend}",
    "<": "is a web page, not a notebook; download the notebook itself and hand that in",
    "version https://git-lfs": "is a pointer of Git LFS; run `git lfs pull` and hand it in again",
    "PK\x03\x04": "is a zip archive; unpack it and hand in the notebook that is in it",
    "%PDF": "is a PDF; hand in the notebook itself",
}


class UnreadableNotebook(ValueError):  # noqa: N818  a state of the file, named as people say it
    """A file that cannot be read as a notebook; the message is a sentence with the mend."""


def read(data: bytes, notebook: str) -> tuple[NotebookNode, list[Repair]]:
    """A valid notebook of format 4.5 with unique cell ids, and what had to be put right for it.

    ``notebook`` is its name, without ".ipynb". Raises UnreadableNotebook.
    """
    name = f"{notebook}.ipynb"
    text, whole = _text(data, name)
    try:
        content = _content(text, name)
        if not whole or _MAY_BE_UNSTORABLE.search(text):
            content, replaced = _storable(content)
            whole = whole and not replaced
        raws, old = _raw_cells(content, name)
        cells, unnamed = _cells([raw for raw in raws if isinstance(raw, dict)])
        metadata = make_notebook_metadata(content.get("metadata"))
    except (TooDeepError, RecursionError):
        raise UnreadableNotebook(
            f"{name} is nested too deeply to be a notebook; clear its outputs, {_HAND_IN}."
        ) from None
    made = NotebookNode(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)
    modern = content.get("nbformat") == 4 and content.get("nbformat_minor") == 5
    odd = any(not isinstance(raw, dict) or not cell_type(raw) for raw in raws)
    return made, [
        Repair("format", notebook, "", sentence)
        for sentence, applies in (
            (_OLD, old),
            (_UNNAMED, modern and unnamed),
            (_ODD, odd),
            (_REPLACED, not whole),
        )
        if applies
    ]


_OLD = (
    "The notebook was saved in an old format and was read as the present one. "
    "Work in a present version of JupyterLab next time."
)
_UNNAMED = (
    "Cells of the notebook had lost their ids, or shared one, and were given new ones. "
    "Work in JupyterLab next time: some other editors drop what the grader goes by."
)
_ODD = (
    "The notebook held something that is no cell of a known type; it was read as text, "
    f"or left out. Look whether your work is complete, {_HAND_IN} if it is not."
)
_REPLACED = (
    "Characters that cannot be stored (a null, half a character, a byte that is not UTF-8) were "
    "replaced by \N{REPLACEMENT CHARACTER}. Type them again if they matter."
)


def check_size(size: int, name: str) -> None:
    """Refuse a file that is too large to be parsed; raises UnreadableNotebook.

    ``read`` asks, and whoever can ask before the file is in memory.
    """
    if size > MAX_BYTES:
        raise UnreadableNotebook(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB; clear its outputs "
            f"(Edit, Clear Outputs of All Cells), {_HAND_IN}."
        )


def _text(data: bytes, name: str) -> tuple[str, bool]:
    """The text of a file, and whether all its bytes were characters."""
    check_size(len(data), name)
    encoding = detect_encoding(data)
    try:
        text, whole = data.decode(encoding), True
    except UnicodeDecodeError:
        text, whole = data.decode(encoding, "replace"), False
    text = text.strip("\ufeff\x00 \t\r\n")
    if not text:
        raise UnreadableNotebook(f"{name} is empty; {_HAND_IN}.")
    for start, what in _FIRST_BYTES.items():
        if text.startswith(start):
            raise UnreadableNotebook(f"{name} {what.format(mend=_HAND_IN)}.")
    if text[0] not in "{[":
        raise UnreadableNotebook(
            f"{name} is not a notebook but some other file, such as a Python script, under a "
            f"notebook's name; put the code into the notebook, {_HAND_IN}."
        )
    if _is_swollen(text):
        raise UnreadableNotebook(
            f"{name} has too many parts; clear its outputs (Edit, Clear Outputs of All Cells), "
            f"{_HAND_IN}."
        )
    return text, whole


def _is_swollen(text: str) -> bool:
    """Whether JSON would take much more memory than its text; told without parsing it."""
    if text.count("{") + text.count("[") <= MAX_PARTS and text.count(",") <= MAX_VALUES:
        return False
    bare = _STRING.sub("", text)
    return bare.count("{") + bare.count("[") > MAX_PARTS or bare.count(",") > MAX_VALUES


def _content(text: str, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text, strict=False, parse_constant=_nothing, parse_float=_finite)
    except json.JSONDecodeError as error:
        if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
            raise UnreadableNotebook(
                f"{name} is cut off: its end is missing; {_HAND_IN}, when it is all uploaded."
            ) from None
        if "\n<<<<<<<" in text and "\n>>>>>>>" in text:
            raise UnreadableNotebook(
                f"{name} {_FIRST_BYTES['<<<<<<<'].format(mend=_HAND_IN)}."
            ) from None
        raise UnreadableNotebook(
            f"{name} is damaged at line {error.lineno} and cannot be read; {_HAND_IN}."
        ) from None
    except ValueError:
        raise UnreadableNotebook(
            f"{name} holds a number with thousands of digits; clear its outputs, {_HAND_IN}."
        ) from None
    if isinstance(content, dict) and ("cells" in content or "worksheets" in content):
        return content
    raise UnreadableNotebook(
        f"{name} is not a notebook but other data under a notebook's name; {_HAND_IN}."
    )


def _raw_cells(content: dict[str, Any], name: str) -> tuple[list[Any], bool]:
    """The cells as the file has them, and whether its format is older than 4."""
    old = "cells" not in content
    cells = cells_of_worksheets(content["worksheets"]) if old else content["cells"]
    if not isinstance(cells, list):
        raise UnreadableNotebook(f"{name} has no list of cells; {_HAND_IN}.")
    if len(cells) > MAX_CELLS:
        raise UnreadableNotebook(
            f"{name} has more than {MAX_CELLS} cells; delete those that are not needed, {_HAND_IN}."
        )
    return cells, old


def _cells(raws: list[dict[str, Any]]) -> tuple[list[NotebookNode], bool]:
    """The cells, each with an id of its own, and whether one had to be made up.

    Colab keeps the id in the metadata.
    """
    taken: set[str] = set()
    cells, unnamed = [], False
    for raw in raws:
        metadata = raw.get("metadata")
        inner = metadata.get("id") if isinstance(metadata, dict) else None
        for given in (raw.get("id"), inner):
            if isinstance(given, str) and given not in taken and _ID.fullmatch(given):
                break
        else:
            given, unnamed = invented_id(taken), True
        taken.add(given)
        cells.append(make_cell(raw, given))
    return cells, unnamed


def invented_id(taken: set[str]) -> str:
    """An id that no cell has yet, by which none will be recognised; ``rebuild`` needs some too."""
    number = len(taken)
    while f"{INVENTED}{number}" in taken:
        number += 1
    return f"{INVENTED}{number}"


def _storable(value: Any) -> tuple[Any, bool]:
    """Free-form JSON without characters that cannot be stored, and whether it had any."""
    if isinstance(value, str):
        text, count = _UNSTORABLE.subn("\N{REPLACEMENT CHARACTER}", value)
        return text, count > 0
    if isinstance(value, list):
        entries = [_storable(entry) for entry in value]
        return [entry for entry, _ in entries], any(had for _, had in entries)
    if isinstance(value, dict):
        pairs = [(_storable(key), _storable(entry)) for key, entry in value.items()]
        replaced = any(key[1] or entry[1] for key, entry in pairs)
        return {key[0]: entry[0] for key, entry in pairs}, replaced
    return value, False


def _nothing(_constant: str) -> None:
    """NaN and Infinity are no JSON."""


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None
