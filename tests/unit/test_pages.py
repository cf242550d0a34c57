"""What a page shows of a graded notebook, and what its policy lets the browser do."""

import base64
import hashlib
import re
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from batchgrader.marking import room
from batchgrader.marking.markup import clean
from batchgrader.marking.policy import secured
from batchgrader.marking.showable import NOT_SHOWN, TOO_MUCH, harmless

DOT = "iVBORw0KGgo="
TEMPLATE = "<!DOCTYPE html><html><head></head><body onload=\"begin('x')\">{}</body></html>"
OWN = '<script>own()</script><script src="/own.js"></script><script type="text/plain">x</script>'


def shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    """What a page shows of an output."""
    output = new_output("display_data", data, metadata=metadata or {})
    nb = new_notebook(cells=[new_code_cell("", outputs=[output])])
    return harmless(nb, lambda markup: clean(markup, strip=True)).cells[0].outputs[0]


def test_of_the_forms_of_an_output_the_best_that_runs_nothing_is_shown() -> None:
    forms = {"application/javascript": "x", "text/html": "<b>x</b>", "text/plain": "x"}
    assert shown(forms).data == {"text/html": "<b>x</b>"}
    forms["text/html"] = "<div id='chart'></div><script>draw()</script>"
    assert shown(forms | {"image/png": DOT}).data == {"image/png": DOT}
    assert shown(forms | {"image/png": "no base64!"}).data == {"text/plain": "x"}
    assert shown({"application/javascript": "x"}).data == {"text/plain": NOT_SHOWN}


def test_a_picture_keeps_its_size_and_no_more() -> None:
    about = {"width": 9, "height": "9 onload=x", "alt": "x", "unconfined": True}
    assert shown({"image/png": DOT}, {"image/png": about}).metadata == {"image/png": {"width": 9}}


def test_an_odd_notebook_has_no_more_than_a_page_needs() -> None:
    cell = new_code_cell("1", metadata={"tags": ["x"], "nbgrader": {"grade_id": '"><b>'}})
    cell.update(id='"><b>', execution_count="<b>", outputs=[{"output_type": "error"}])
    nb = new_notebook(metadata={"language_info": {"name": '"><b>', "version": "3"}})
    nb.cells = [cell]
    made = harmless(nb, clean)
    assert made.metadata == {"language_info": {"version": "3"}}
    assert made.cells[0].metadata == {"nbgrader": {"grade_id": "&quot;&gt;&lt;b&gt;"}}
    assert (made.cells[0].id, made.cells[0].execution_count) == ("", None)
    assert made.cells[0].outputs[0].traceback == []


def test_a_page_shows_only_so_much_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_MARKUP", 1_500)
    cells = [new_markdown_cell("x" * 100), new_markdown_cell("y" * 100), new_code_cell("z" * 100)]
    sources = [cell.source for cell in harmless(new_notebook(cells=cells), clean).cells]
    assert sources == ["x" * 100, TOO_MUCH, "z" * 100]


def test_the_policy_allows_the_scripts_of_the_template_and_no_other() -> None:
    page = secured(TEMPLATE.format(OWN + "<script>strange()</script>"), TEMPLATE.format(OWN))
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    for code, allowed in {"own()": True, "begin('x')": True, "strange()": False}.items():
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert (f"'sha256-{digest}'" in policy) is allowed
    (nonce,) = re.findall("'nonce-([^']*)'", policy)
    assert page.count("nonce=") == 1
    assert f'<script nonce="{nonce}" src="/own.js">' in page
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_a_page_whose_template_has_no_script_runs_none() -> None:
    page = secured("<html><head></head><script>x</script></html>", "<html><head></head></html>")
    assert "script-src 'none'" in page


def test_a_page_without_files_to_load_is_the_same_each_time() -> None:
    bare = TEMPLATE.format("<script>own()</script>")
    assert secured(bare, bare) == secured(bare, bare)


def test_a_page_without_a_head_begins_with_its_policy() -> None:
    assert secured("<p>x</p>", "<p></p>").startswith('<meta http-equiv="Content-Security-Policy"')
