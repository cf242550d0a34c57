"""What of a graded notebook a page may show: templates print some parts of it as they are.

nbconvert's templates put metadata of outputs and cells, numbers and languages between tags and
into attributes without quoting them, and a notebook that ran has them from its kernel, which is
the student's to forge. ``harmless`` leaves of each what has the form that it must have.
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from nbformat import NotebookNode

from batchgrader.marking import room
from batchgrader.marking.markup import shows_something
from batchgrader.marking.room import MARKUP, Room, text, weight, weight_of_markdown

Cleaner = Callable[[str], str]

NOT_SHOWN = "(This output is a program for the browser and is not shown.)"
TOO_MUCH = "(The page holds as much markup as it can show, and the rest is left out.)"

# The best first; of the forms of an output one is shown.
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
FORMS = (*MARKUP, *PICTURES, "text/latex", "text/plain")
ATTACHED = {*PICTURES, "image/gif", "image/webp"}

_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#.-]{1,40}")


def harmless(nb: NotebookNode, clean: Cleaner) -> NotebookNode:
    """A notebook of which a template may print every part; ``clean`` is for outputs in HTML."""
    made = NotebookNode(nb)
    language = nb.metadata.get("language_info")
    named = language.items() if isinstance(language, Mapping) else ()
    kept = {key: value for key, value in named if _is(value, _LANGUAGE)}
    made.metadata = NotebookNode(language_info=NotebookNode(kept))
    page = _Page(clean)
    made.cells = [_cell(cell, page) for cell in nb.cells]
    return made


def _cell(cell: NotebookNode, page: "_Page") -> NotebookNode:
    """A cell with its text as it was; the page's filters take care of that."""
    code = cell.cell_type == "code"
    if code:
        source = page.code.fit(cell.source)
    else:
        source = cell.source if page.markup.take(weight_of_markdown(cell.source)) else TOO_MUCH
    made = NotebookNode(cell_type=cell.cell_type, source=source)
    made.id = cell.get("id") if _is(cell.get("id"), _NAME) else ""
    made.metadata = NotebookNode()
    marks = cell.metadata.get("nbgrader")
    if isinstance(marks, Mapping):
        made.metadata.nbgrader = NotebookNode(marks)
        made.metadata.nbgrader["grade_id"] = html.escape(str(marks.get("grade_id", "")))
    if code:
        count = cell.get("execution_count")
        made.execution_count = count if isinstance(count, int) else None
        made.outputs = [page.shown(output) for output in cell.get("outputs", [])]
    else:
        made.attachments = _attachments(cell.get("attachments"))
    return made


class _Page:
    """Makes the outputs of one page harmless, and knows what room there is."""

    def __init__(self, clean: Cleaner) -> None:
        self._clean = clean
        self.code = Room(room.LONGEST_CODE, room.MOST_CODE)
        self.markup = Room(room.LONGEST_MARKUP, room.MOST_MARKUP)

    def shown(self, output: NotebookNode) -> NotebookNode:
        """An output in the one form that the page shows."""
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return NotebookNode(output_type=kind, name=name, text=text(output.get("text")))
        if kind == "error":
            lines = output.get("traceback")
            traceback = [str(line) for line in lines] if isinstance(lines, list) else []
            return NotebookNode(output_type=kind, ename="", evalue="", traceback=traceback)
        form, content = self._form(output.get("data"))
        about = output.get("metadata")
        size = _size(about.get(form)) if isinstance(about, Mapping) else {}
        return NotebookNode(
            output_type="execute_result" if kind == "execute_result" else "display_data",
            data=NotebookNode({form: content}),
            metadata=NotebookNode({form: size} if size else {}),
            execution_count=None,
        )

    def _form(self, data: Any) -> tuple[str, str]:
        """The first form of an output that can be shown."""
        given = data if isinstance(data, Mapping) else {}
        for form in (form for form in FORMS if form in given):
            content = text(given[form])
            weigh = weight_of_markdown if form == "text/markdown" else weight
            if form in MARKUP and not self.markup.take(weigh(content)):
                return "text/plain", TOO_MUCH
            if form == "text/html":
                content = self._clean(content)
                if not shows_something(content):
                    continue
            if form in PICTURES[1:] and not _is_base64(content):
                continue
            return form, content
        return "text/plain", NOT_SHOWN


def _attachments(given: Any) -> NotebookNode:
    """The pictures that are attached to a Markdown cell, by name."""
    made = NotebookNode()
    for name, forms in given.items() if isinstance(given, Mapping) else ():
        pictures = forms.items() if isinstance(forms, Mapping) else ()
        kept = {form: text(data) for form, data in pictures if form in ATTACHED}
        made[name] = NotebookNode({form: each for form, each in kept.items() if _is_base64(each)})
    return made


def _size(about: Any) -> NotebookNode:
    """Width and height of a picture, where they are numbers."""
    given = about if isinstance(about, Mapping) else {}
    sizes = {name: given.get(name) for name in ("width", "height")}
    return NotebookNode({name: size for name, size in sizes.items() if type(size) in {int, float}})


def _is(value: Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_base64(content: str) -> bool:
    try:
        base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(content.strip())
