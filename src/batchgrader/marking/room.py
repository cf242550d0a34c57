"""How much a page has room for; what of a graded notebook is longer is shortened.

Browsers choke on megabytes, and so does what makes a page: to colour a character of code costs ten
times as much as to show one of plain text, and Markdown has signs for whose counterpart all that
follows is searched. Without limits one cell would keep the feedback of a class waiting.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

# Characters of code: of one cell, and of all cells of a page.
LONGEST_CODE, MOST_CODE = 50_000, 300_000
# The same of the text that cells put out, and how many outputs they may have.
LONGEST_TEXT, MOST_TEXT = 200_000, 1_000_000
MOST_OUTPUTS = 2_000
# The weight of HTML and Markdown, as ``weight`` tells it: of one piece, and of all of a page.
LONGEST_MARKUP, MOST_MARKUP = 1_000_000, 3_000_000
# Letters of pictures, which are read for hidden tests too.
LONGEST_PICTURE, MOST_PICTURES = 5_000_000, 20_000_000

LEFT_OUT = (
    "({count:,} characters are left out here, for the page would be too long; the graded notebook "
    "has all of them.)"
)
OUTPUTS_LEFT_OUT = (
    "({count:,} outputs are left out here, for the page would be too long; the graded notebook has "
    "all of them.)"
)

# Forms of outputs whose weight is known when they are made harmless, and their length before.
MARKUP = ("text/html", "text/markdown")

_ESCAPE = 30  # what an escape sequence costs, in characters of plain text
_TAG = 20  # what a tag or an entity costs
_MARKDOWN = 10  # what a character of Markdown costs at worst
_PICTURE = re.compile(r"data:image/[\w.+-]+;base64,[A-Za-z0-9+/=]+")
_OPENS = re.compile(r"\$|\\\\[(\[]|\\begin|\[")


class Room:
    """The room of a page for one kind of content: for the longest piece, and for all."""

    def __init__(self, longest: int, most: int) -> None:
        self._longest = longest
        self._left = most

    def take(self, length: int) -> bool:
        """Whether there is room for something, which then is taken."""
        if length > min(self._longest, self._left):
            return False
        self._left -= length
        return True

    def fit(self, text: str) -> str:
        """A text as it is where there is room; else its two ends, and how much is left out."""
        length = len(text) + _ESCAPE * text.count("\x1b")
        if self.take(length):
            return text
        room = min(self._longest, self._left)
        half = len(text) * room // length // 2
        self._left -= room
        said = LEFT_OUT.format(count=len(text) - 2 * half)
        return f"{text[:half]}\n{said}\n{text[len(text) - half :]}"


def fit_outputs(nb: NotebookNode, forms: Collection[str]) -> None:
    """Shorten the outputs of a notebook; of their data only what has one of some forms stays.

    Done before anything else looks at them, for which long ones cost as much as for a page.
    """
    texts, pictures = Room(LONGEST_TEXT, MOST_TEXT), Room(LONGEST_PICTURE, MOST_PICTURES)
    left = MOST_OUTPUTS
    for cell in nb.cells:
        outputs = cell.get("outputs", [])
        for output in outputs[:left]:
            _fit_text(output, texts)
            if isinstance(output.get("data"), Mapping):
                kept = {
                    form: text(output["data"][form]) for form in forms if form in output["data"]
                }
                output["data"] = NotebookNode(_fitted(kept, texts, pictures))
        if len(outputs) > left:
            said = OUTPUTS_LEFT_OUT.format(count=len(outputs) - left)
            cell.outputs = [*outputs[:left], new_output("stream", name="stdout", text=said)]
        left = max(0, left - len(outputs))


def weight(markup: str) -> int:
    """How much work HTML is for the parser, in characters of plain text."""
    return len(markup) + _TAG * (markup.count("<") + markup.count("&"))


def weight_of_markdown(source: str) -> int:
    """The same of Markdown; pictures in it are read at once, and each opening sign to the end."""
    bare = _PICTURE.sub("", source)
    return _MARKDOWN * weight(bare) + len(source) * len(_OPENS.findall(bare)) // 100


def text(value: Any) -> str:
    """A text that a notebook may also keep as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _fit_text(output: NotebookNode, room: Room) -> None:
    if isinstance(output.get("traceback"), list):
        trace = "\n".join(map(str, output["traceback"]))
        fitted = room.fit(trace)
        if fitted != trace:
            output["traceback"] = fitted.split("\n")
    for name in ("text", "ename", "evalue"):
        if name in output:
            output[name] = room.fit(text(output[name]))


def _fitted(data: dict[str, str], texts: Room, pictures: Room) -> dict[str, str]:
    """The forms of one output, without those that are too long to be shown."""
    fitted = {}
    for form, content in data.items():
        if form in ("text/plain", "text/latex"):
            fitted[form] = texts.fit(content)
        elif len(content) <= LONGEST_MARKUP if form in MARKUP else pictures.take(len(content)):
            fitted[form] = content
    if data and not fitted:
        fitted["text/plain"] = LEFT_OUT.format(count=max(map(len, data.values())))
    return fitted
