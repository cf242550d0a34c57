"""Lines of source taken out of what a program printed, however it printed them."""

import ast
import html
import json
from collections.abc import Callable

import pytest
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter, LatexFormatter, Terminal256Formatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from batchgrader.marking.masking import HIDDEN, LONGEST, hider

LINE = """assert mean([1, 2, 6]) == 3, 'Use "all" values: \\n\N{GREEK SMALL LETTER SIGMA} < 1.'"""
SOURCE = f"# Open.\n    {LINE}\nprint('passed')"


def typeset(text: str, formatter: object) -> str:
    made: str = highlight(text, PythonLexer(), formatter)
    return made


@pytest.mark.parametrize(
    "printed",
    [
        str,
        repr,
        ascii,
        json.dumps,
        html.escape,
        lambda text: repr([text]),
        lambda text: repr(repr(repr(text))),
        lambda text: json.dumps(json.dumps({"a": [text]})),
        lambda text: html.escape(repr(text)),
        lambda text: ast.unparse(ast.parse(text.replace("\n    ", "\n"))),
        lambda text: "\n".join(text),
        lambda text: " ".join(text.split()),
        lambda text: text.replace(" ", "\n"),
        str.upper,
        lambda text: text[::-1],
        lambda text: typeset(text, Terminal256Formatter()),
        lambda text: typeset(text, HtmlFormatter()),
        lambda text: "".join(f"<b>{html.escape(sign)}</b>" for sign in text),
        lambda text: "".join(f"&#{ord(sign)};" for sign in text),
        lambda text: "".join(f"\x1b[3{number % 8}m{sign}" for number, sign in enumerate(text)),
        lambda text: "\N{ZERO WIDTH SPACE}".join(text),
    ],
)
def test_a_line_is_found_however_it_is_printed(printed: Callable[[str], str]) -> None:
    text = printed(SOURCE)
    hidden = hider([LINE])(f"before\n{text}\nafter")
    assert HIDDEN in hidden
    assert hidden.startswith("before\n")
    assert hidden.endswith("\nafter")
    assert not {"mean", "naem", "MEAN"} & set(hidden.replace("(", " ").replace(")", " ").split())
    assert hider([LINE])(hidden) == hidden


def test_what_stands_around_a_line_stays_as_it_was() -> None:
    assert hider([LINE])(f"a  {LINE} 'b'\n\t{LINE}") == f"a  {HIDDEN}' 'b'\n\t{HIDDEN}'"


def test_text_that_quotes_nothing_is_not_touched() -> None:
    text = "\x1b[31massert\x1b[0m mean([1, 2]) == 3 &lt; <b>x</b> \\n 'y'"
    assert hider([LINE])(text) is text


def test_a_long_text_that_quotes_a_line_is_left_out_as_a_whole() -> None:
    assert hider([LINE])("x" * LONGEST + LINE) == HIDDEN


@pytest.mark.parametrize("line", ["try:", "x = 1", "import numpy as np", "return values"])
def test_lines_that_stand_in_any_program_are_not_looked_for(line: str) -> None:
    assert hider([line])(line) == line


def test_a_line_in_latex_is_what_masking_does_not_find() -> None:
    text = typeset(SOURCE, LatexFormatter())
    assert hider([LINE])(text) == text
