"""What a page has room for: however much a notebook holds, the work that follows has a bound."""

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from batchgrader.marking import room
from batchgrader.marking.markup import clean
from batchgrader.marking.pages import SafePage
from batchgrader.marking.room import Room, weight_of_markdown
from batchgrader.marking.showable import FORMS, TOO_MUCH, harmless

MEGABYTES = 10_000_000
LINES = "value = compute(17)\n" * (MEGABYTES // 20)
COLOURS = "\x1b[31mred\x1b[0m " * (MEGABYTES // 14)
PICTURE = "AAAA" * (MEGABYTES // 4)
OUTPUTS = {
    "text": new_output("stream", name="stdout", text=LINES),
    "colours": new_output("stream", name="stdout", text=COLOURS),
    "result": new_output("execute_result", {"text/plain": LINES}),
    "markup": new_output("display_data", {"text/html": LINES, "text/plain": LINES}),
    "formulas": new_output("display_data", {"text/latex": LINES}),
    "drawing": new_output("display_data", {"image/svg+xml": LINES}),
    "picture": new_output("display_data", {"image/png": PICTURE}),
    "data": new_output("display_data", {"application/json": [LINES]}),
    "error": new_output("error", ename=LINES, evalue=LINES, traceback=LINES.splitlines()),
}


def length(value: Any) -> int:
    """How many characters a part of an output has, all in all."""
    if isinstance(value, dict):
        return sum(map(length, value.values()))
    return sum(map(length, value)) if isinstance(value, list) else len(str(value))


def seen_by_the_next(*cells: Any) -> Any:
    """A notebook as a page's preprocessors find it."""
    seen: list[Any] = []

    def look(nb: Any, about: Any) -> Any:
        seen.append(nb)
        return nb, about

    exporter: Any = SafePage()  # type: ignore[no-untyped-call]
    exporter.register_preprocessor(look, enabled=True)
    exporter.from_notebook_node(new_notebook(cells=list(cells)))
    return seen[0]


@pytest.mark.parametrize("kind", OUTPUTS)
def test_what_follows_sees_no_more_of_an_output_than_a_page_shows(kind: str) -> None:
    nb = seen_by_the_next(new_code_cell("", outputs=[OUTPUTS[kind]]))
    # An error has a name, a message and a traceback.
    assert length(nb.cells[0].outputs) < 4 * room.LONGEST_TEXT


def test_many_long_outputs_are_no_more_work_than_a_few() -> None:
    outputs = [OUTPUTS[kind] for kind in ("colours", "text", "result")]
    few, many = (
        length([cell.outputs for cell in seen_by_the_next(*cells).cells])
        for cells in ([new_code_cell("", outputs=outputs) for _ in range(n)] for n in (4, 8))
    )
    assert few < 1.2 * room.MOST_TEXT
    assert many - few < 10_000


def test_code_beyond_the_room_is_neither_coloured_nor_shown() -> None:
    made = harmless(new_notebook(cells=[new_code_cell(LINES) for _ in range(20)]), clean)
    shown = [cell.source for cell in made.cells]
    assert len(shown[0]) < room.LONGEST_CODE + 200
    assert sum(map(len, shown)) < room.MOST_CODE + 20 * 200
    assert shown[0].startswith("value = compute(17)\n")
    assert "\n(9,950,000 characters are left out here, for the page would be too long;" in shown[0]
    assert shown[0].endswith("value = compute(17)\n")


def test_what_is_short_stays_as_it_is() -> None:
    error = new_output("error", ename="E", evalue="x", traceback=["\x1b[31mE\x1b[0m", "x\ny"])
    picture = new_output("display_data", {"image/png": "AAAA", "text/plain": "<Figure>"})
    text = new_output("stream", name="stderr", text="a\nb\n")
    outputs = [error, picture, text]
    nb = new_notebook(cells=[new_code_cell("x", outputs=outputs), new_markdown_cell("x")])
    room.fit_outputs(nb, FORMS)
    assert nb.cells[0].outputs == outputs


def test_a_table_that_is_too_long_as_html_shows_as_text() -> None:
    table = new_output("display_data", {"text/html": "<b>x</b>" * 200_000, "text/plain": "x"})
    nb = new_notebook(cells=[new_code_cell("", outputs=[table])])
    room.fit_outputs(nb, FORMS)
    assert nb.cells[0].outputs[0].data == {"text/plain": "x"}


def test_outputs_without_end_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_OUTPUTS", 3)
    lines = [new_output("stream", name="stdout", text=f"{number}\n") for number in range(2)]
    nb = new_notebook(cells=[new_code_cell("", outputs=[*lines]) for _ in range(3)])
    room.fit_outputs(nb, FORMS)
    texts = [[output.text for output in cell.outputs] for cell in nb.cells]
    assert texts[0] == ["0\n", "1\n"]
    assert texts[1][0] == "0\n"
    assert [cell[-1].split(" are")[0] for cell in texts[1:]] == ["(1 outputs", "(2 outputs"]


@pytest.mark.parametrize("sign", ["\\\\( ", "\\\\[ ", "\\begin{a}", "$a ", "[", "![", "<b>", "&"])
def test_markdown_that_no_parser_likes_is_not_parsed(sign: str) -> None:
    assert weight_of_markdown(sign * (60_000 // len(sign))) > room.LONGEST_MARKUP
    made = harmless(new_notebook(cells=[new_markdown_cell(sign * 20_000)]), clean)
    assert made.cells[0].source == TOO_MUCH


def test_an_essay_with_formulas_and_a_picture_with_a_caption_have_room() -> None:
    formulas = "The loss $L(\\theta)$ falls, see [1](#one): $$\\min_\\theta L$$\n\n"
    essay = (formulas + "word " * 80) * 60
    picture = f"![curve](data:image/png;base64,{'iVBO' * 200_000})\n\nThe loss $L$ in [1](#one)."
    assert len(essay) > 27_000
    for source in (essay, picture):
        assert weight_of_markdown(source) < room.LONGEST_MARKUP


def test_the_room_for_a_piece_is_never_more_than_what_is_left() -> None:
    small = Room(longest=10, most=15)
    assert [small.take(11), small.take(10), small.take(6), small.take(5)] == [
        False,
        True,
        False,
        True,
    ]
    assert small.fit("x").strip().startswith("(1 characters are left out here")
