"""Cells of notebook formats 2 and 3 in the words of format 4; ``reading`` calls it for old files.

nbformat's own upgrade raises on what does not fit and validates each notebook twice.
"""

import json
from typing import Any

MIME = {
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "latex": "text/latex",
    "json": "application/json",
    "javascript": "application/javascript",
}


def cells_of_worksheets(worksheets: Any) -> list[Any]:
    """The cells of all worksheets, one after another, in the words of format 4."""
    sheets = worksheets if isinstance(worksheets, list) else []
    cells: list[Any] = []
    for sheet in sheets:
        found = sheet.get("cells") if isinstance(sheet, dict) else None
        cells += [_cell(cell) for cell in found] if isinstance(found, list) else []
    return cells


def _cell(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    cell = dict(raw)
    if cell.get("cell_type") == "code":
        cell["source"] = cell.pop("input", "")
        cell["execution_count"] = cell.pop("prompt_number", None)
        outputs = cell.get("outputs")
        cell["outputs"] = [_output(each) for each in outputs] if isinstance(outputs, list) else []
    elif cell.get("cell_type") == "heading":
        level = cell.get("level")
        marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
        source = cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
        cell["source"] = f"{marks} {' '.join(text.splitlines())}"
    return cell


def _output(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    output = dict(raw)
    kind = output.get("output_type")
    if kind == "pyerr":
        output["output_type"] = "error"
    elif kind == "stream":
        output["name"] = output.get("stream", "stdout")
    elif kind in ("pyout", "display_data"):
        output["output_type"] = "execute_result" if kind == "pyout" else kind
        output["execution_count"] = output.get("prompt_number")
        output["data"] = {mime: output[old] for old, mime in MIME.items() if old in output}
        _parse_json(output["data"])
    return output


def _parse_json(data: dict[str, Any]) -> None:
    """Format 3 held JSON as text."""
    text = data.get("application/json")
    if isinstance(text, str):
        try:
            data["application/json"] = json.loads(text)
        except ValueError:
            del data["application/json"]
