"""Makes HTML of strangers harmless; every page that shows a submission passes its HTML through.

Tags, attributes and classes are those that text, tables, formulas and pictures need. What remains
cannot run a program, load anything from another host, or pass for a part of the page: ids are
given a prefix, and classes that the page's own scripts look for are dropped.
"""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]
from bleach.html5lib_shim import Filter  # type: ignore[import-untyped]
from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]
from markupsafe import Markup

from batchgrader.marking.room import LONGEST_MARKUP, weight

_TAGS = """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span
    strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr
"""
TAGS = frozenset(_TAGS.split())
ATTRIBUTES = {
    "*": ["class", "dir", "hidden", "id", "lang", "style", "title"],
    "a": ["href"],
    "col": ["span"],
    "colgroup": ["span"],
    "details": ["open"],
    "img": ["alt", "height", "src", "width"],
    "ol": ["start", "type"],
    "table": ["border"],
    "td": ["align", "colspan", "rowspan", "valign"],
    "th": ["align", "colspan", "rowspan", "scope", "valign"],
}
# Nothing that moves a part of the page over another, and nothing that loads a file.
_STYLES = """
    background-color border border-bottom border-collapse border-color border-left border-right
    border-spacing border-style border-top border-width color display font-family font-size
    font-style font-variant font-weight height line-height list-style-type max-width min-width
    padding padding-bottom padding-left padding-right padding-top text-align text-decoration
    text-indent vertical-align white-space width
"""
STYLES = frozenset(_STYLES.split())
# Those of notices in Markdown, of tables, and the one to three letters of highlighted code.
CLASSES = re.compile(r"alert(-\w+)?|anchor-link|dataframe|highlight|[a-z][a-z0-9]{0,2}")
# What an attached file may be called that a link or a picture leads to.
PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
FILES = PICTURES | {".csv", ".ipynb", ".json", ".md", ".py", ".toml", ".tsv", ".txt", ".yaml"}
PICTURE_DATA = re.compile(
    r"data:image/(?:gif|jpeg|png|webp|svg\+xml);base64,[A-Za-z0-9+/\s]*={0,2}\s*"
)
PREFIX = "text-"

# What is deeper is not parsed: the parser takes the square of the depth.
DEEPEST = 250
TOO_MUCH = "<p>(Markup that is too long or too deep to be shown was left out here.)</p>"

# Dropped with all that is in them: of other elements only the tags go.
_DROPPED = ("script", "style")


def clean(markup: str, hosts: frozenset[str] = frozenset(), *, strip: bool = False) -> Markup:
    """Harmless HTML; what is not allowed shows as text, or with ``strip`` not at all.

    What was cleaned before comes back as it is.
    ``hosts`` are those that pictures may come from.
    """
    if isinstance(markup, Markup):
        return markup
    if weight(markup) > LONGEST_MARKUP:
        return Markup(TOO_MUCH)
    if strip:
        for tag in _DROPPED:
            markup = _without(markup, tag)
    cleaner = Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols={"http", "https", "mailto", "data"},
        strip=strip,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
        filters=[lambda source: _Own(source, hosts)],
    )
    _limit_depth(cleaner.parser.tree)
    # Nobody reads the errors, and each costs the length of its line.
    cleaner.parser.parseError = lambda *_, **__: None
    try:
        return Markup(cleaner.clean(markup))
    except _TooDeepError:
        return Markup(TOO_MUCH)


def shows_something(markup: str) -> bool:
    """Whether harmless HTML has a text or a picture in it."""
    return "<img " in markup or bool(html.unescape(re.sub(r"<[^>]*>", "", markup)).strip())


class _TooDeepError(Exception):
    """Elements are open in more elements than any page has."""


class _Own(Filter):  # type: ignore[misc]
    """Holds the values of attributes against the rules of this module."""

    def __init__(self, source: Any, hosts: frozenset[str]) -> None:
        super().__init__(source)
        self._hosts = hosts

    def __iter__(self) -> Iterator[Any]:
        for token in super().__iter__():
            if token["type"] in {"StartTag", "EmptyTag"}:
                token["data"] = self._attributes(token["name"], token["data"])
            yield token

    def _attributes(self, tag: str, given: dict[Any, str]) -> dict[Any, str]:
        kept: dict[Any, str] = {}
        for key, value in given.items():
            mended = self._value(tag, key[1], html.unescape(value))
            if mended is not None:
                kept[key] = html.escape(mended, quote=False)
        href = given.get((None, "href"), "")
        if tag == "a" and (None, "href") in kept and not href.startswith("#"):
            # The page stays where it is, and is not handed to whoever is visited.
            kept |= {(None, "target"): "_blank", (None, "rel"): "noopener noreferrer"}
        return kept

    def _value(self, tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(filter(CLASSES.fullmatch, value.split())) or None
        if name == "id":
            return PREFIX + value
        if name == "href":
            return f"#{PREFIX}{value[1:]}" if value.startswith("#") else _link(value)
        if name == "src":
            return self._picture(value)
        return value

    def _picture(self, address: str) -> str | None:
        if PICTURE_DATA.fullmatch(address) or _attached(address, PICTURES):
            return address
        parts = urlsplit(address)
        return address if parts.scheme == "https" and parts.netloc in self._hosts else None


def _limit_depth(tree: Any) -> None:
    """Let the parser's tree refuse to grow deeper than DEEPEST."""
    make = tree.elementClass

    def limited(*arguments: Any) -> Any:
        if len(tree.openElements) > DEEPEST:
            raise _TooDeepError
        return make(*arguments)

    tree.elementClass = limited


def _link(address: str) -> str | None:
    """An address that may be visited: of a web page, of a mailbox, or of an attached file."""
    outside = re.match(r"(?:https?://|mailto:)", address, re.IGNORECASE)
    return address if outside or _attached(address, FILES) else None


def _attached(address: str, endings: frozenset[str]) -> bool:
    """Whether an address leads to a file beside the page, and its name ends in one of some ways."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    path = parts.path.replace("\\", "/")
    inside = not (parts.scheme or parts.netloc or path.startswith("/") or ":" in path)
    ending = "." + path.rpartition(".")[2].lower()
    return inside and ".." not in re.split(r"/|%2f", path, flags=re.I) and ending in endings


def _without(markup: str, tag: str) -> str:
    """HTML without the elements of a kind; looks alone depend on it, for ``clean`` comes after."""
    lower = markup.lower()
    if len(lower) != len(markup):  # the few letters that are longer as small ones
        return markup
    kept: list[str] = []
    at = 0
    while (start := lower.find(f"<{tag}", at)) >= 0:
        kept.append(markup[at:start])
        end = lower.find(f"</{tag}", start)
        at = lower.find(">", end) + 1 if end >= 0 else 0
        if not at:
            return "".join(kept)
    return "".join([*kept, markup[at:]])
