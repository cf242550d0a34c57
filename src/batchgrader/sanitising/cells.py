"""One cell as the present notebook format (4.5) wants it; ``reading`` makes all its cells here.

Nothing is judged here and nothing is refused but nesting: what does not fit the format is left out.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from nbformat import NotebookNode

CELL_TYPES = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown"} | {
    "html": "markdown"
}
DEEPEST = 50
JSON_MIME = re.compile(r"application/(.*\+)?json")
LINE_END = re.compile(r"\r\n?")


class TooDeepError(ValueError):
    """Free-form data is nested deeper than any program writes it."""


def make_cell(raw: dict[str, Any], cell_id: str) -> NotebookNode:
    """A valid cell of what a file has for one, with this id; raises TooDeepError."""
    kind = cell_type(raw) or ("code" if "outputs" in raw else "raw")
    cell = NotebookNode(
        cell_type=kind,
        id=cell_id,
        metadata=_cell_metadata(raw.get("metadata")),
        source=LINE_END.sub("\n", joined(raw.get("source"))),
    )
    if kind == "code":
        outputs = raw.get("outputs")
        made = (_output(entry) for entry in outputs) if isinstance(outputs, list) else ()
        cell["outputs"] = [output for output in made if output is not None]
        cell["execution_count"] = _count(raw.get("execution_count"))
        return cell
    attachments = _attachments(raw.get("attachments"))
    if attachments:
        cell["attachments"] = attachments
    return cell


def cell_type(raw: dict[str, Any]) -> str:
    """The type of a cell in the present format; empty where it has none that is known."""
    given = raw.get("cell_type")
    return CELL_TYPES.get(given, "") if isinstance(given, str) else ""


def joined(text: Any) -> str:
    """Text that a file may hold whole or as a list of lines; empty for anything else."""
    if isinstance(text, str):
        return text
    return "".join(line for line in text if isinstance(line, str)) if _is_list(text) else ""


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of free-form JSON with NotebookNodes for its objects; raises TooDeepError."""
    if depth > DEEPEST:
        raise TooDeepError
    if isinstance(value, dict):
        return NotebookNode({key: plain(entry, depth + 1) for key, entry in value.items()})
    if isinstance(value, list):
        return [plain(entry, depth + 1) for entry in value]
    return value


def make_notebook_metadata(raw: Any) -> NotebookNode:
    """A notebook's own metadata, without what the format would not allow."""
    metadata: NotebookNode = plain(raw) if isinstance(raw, dict) else NotebookNode()
    for key in ("orig_nbformat", "orig_nbformat_minor", "signature"):
        metadata.pop(key, None)
    language: Any = metadata.get("language_info")
    if not _is_text(metadata.get("kernelspec"), "name", "display_name"):
        metadata.pop("kernelspec", None)
    if _is_text(language, "name"):
        known = ("file_extension", "mimetype", "pygments_lexer")
        for key in [key for key in known if not isinstance(language.get(key, ""), str)]:
            del language[key]
        if not isinstance(language.get("codemirror_mode", ""), str | dict):
            del language["codemirror_mode"]
    else:
        metadata.pop("language_info", None)
    if not isinstance(metadata.get("title", ""), str):
        del metadata["title"]
    if not _is_list(metadata.get("authors", [])):
        del metadata["authors"]
    return metadata


def _cell_metadata(raw: Any) -> NotebookNode:
    metadata: NotebookNode = plain(raw) if isinstance(raw, dict) else NotebookNode()
    for key, fits in _METADATA.items():
        if key in metadata and not fits(metadata[key]):
            del metadata[key]
    if "tags" in metadata:
        metadata["tags"] = _tags(metadata["tags"])
    return metadata


# What the format says of the keys of a cell's metadata that it knows.
_METADATA: dict[str, Callable[[Any], object]] = {
    "name": lambda value: isinstance(value, str) and re.match(".", value),
    "format": lambda value: isinstance(value, str),
    "collapsed": lambda value: isinstance(value, bool),
    "scrolled": lambda value: isinstance(value, bool) or value == "auto",
    "jupyter": lambda value: isinstance(value, dict),
    "tags": lambda value: isinstance(value, list),
    "execution": lambda value: (
        isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())
    ),
}


def _tags(raw: Iterable[Any]) -> list[str]:
    texts = (tag for tag in raw if isinstance(tag, str) and re.fullmatch("[^,]+", tag))
    return list(dict.fromkeys(texts))


def _output(raw: Any) -> NotebookNode | None:
    """A valid output, or None for what is not one."""
    kind = raw.get("output_type") if isinstance(raw, dict) else None
    if kind == "stream":
        name = raw.get("name")
        text = joined(raw.get("text"))
        name = name if isinstance(name, str) else "stdout"
        return NotebookNode(output_type=kind, name=name, text=text)
    if kind == "error":
        lines = raw.get("traceback")
        return NotebookNode(
            output_type=kind,
            ename=joined(raw.get("ename")),
            evalue=joined(raw.get("evalue")),
            traceback=[line for line in lines if isinstance(line, str)] if _is_list(lines) else [],
        )
    if kind not in ("execute_result", "display_data"):
        return None
    metadata = raw.get("metadata")
    output = NotebookNode(
        output_type=kind,
        data=_bundle(raw.get("data")),
        metadata=plain(metadata) if isinstance(metadata, dict) else NotebookNode(),
    )
    if kind == "execute_result":
        output["execution_count"] = _count(raw.get("execution_count"))
    return output


def _bundle(raw: Any) -> NotebookNode:
    """What an output or an attachment holds in each form; text alone, but for JSON."""
    bundle = NotebookNode()
    for mime, value in raw.items() if isinstance(raw, dict) else ():
        if JSON_MIME.fullmatch(mime):
            bundle[mime] = plain(value)
        elif isinstance(value, str | list):
            bundle[mime] = joined(value)
    return bundle


def _attachments(raw: Any) -> NotebookNode:
    entries = raw.items() if isinstance(raw, dict) else ()
    return NotebookNode({name: _bundle(entry) for name, entry in entries if _bundle(entry)})


def _count(raw: Any) -> int | None:
    counts = isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0
    return raw if counts else None


def _is_text(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
