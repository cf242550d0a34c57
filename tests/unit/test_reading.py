"""Reading notebooks as other editors write them, and refusing what is none."""

import json
import random
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from mixed_course import mixed_notebook

from batchgrader.sanitising import reading
from batchgrader.sanitising.reading import UnreadableNotebook, read

SOURCE = "x = 1\nprint('é', x)"


def small(**changes: Any) -> dict[str, Any]:
    """A notebook with one code cell, as JupyterLab writes it."""
    code = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "first",
        "metadata": {"nbgrader": {"grade_id": "a"}},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["é 1\n"]}],
        "source": ["x = 1\n", "print('é', x)"],
    }
    return {"cells": [code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | changes


def as_bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def valid(data: bytes) -> tuple[nbformat.NotebookNode, list[str]]:
    """What is read, once nbformat has found nothing wrong with it, and the kinds of repairs."""
    notebook, repairs = read(data, "n")
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert all(repair.notebook == "n" and repair.text.endswith(".") for repair in repairs)
    return notebook, [repair.kind for repair in repairs]


def changed(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The small notebook with something done to its cell."""
    content = small()
    change(content["cells"][0])
    return as_bytes(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_unicode_encoding_is_read_without_a_notice(encoding: str) -> None:
    data = json.dumps(small(), ensure_ascii=False).encode(encoding)
    notebook, repairs = valid(data)
    assert notebook.cells[0].source == SOURCE
    assert repairs == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_read_without_a_notice(end: str) -> None:
    data = changed(lambda cell: cell.update(source=SOURCE.replace("\n", end)))
    notebook, repairs = valid(data)
    assert notebook.cells[0].source == SOURCE
    assert repairs == []


def test_what_jupyterlab_writes_is_read_as_nbformat_reads_it() -> None:
    data = as_bytes(mixed_notebook())
    notebook, repairs = valid(data)
    assert notebook == nbformat.reads(data.decode(), as_version=4)
    assert repairs == []


def test_line_ends_in_the_file_itself_do_not_matter() -> None:
    text = json.dumps(small(), indent=1).replace("\n", "\r\n")
    assert valid(text.encode())[1] == []


def test_a_notebook_of_format_3_is_read() -> None:
    png = {"output_type": "display_data", "png": "iVBORw0KGgo=", "text": ["<Figure>"]}
    error = {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["t"]}
    code: dict[str, Any] = {
        "cell_type": "code",
        "input": ["x = 1\n", "x"],
        "prompt_number": 3,
        "language": "python",
    }
    code |= {"outputs": [{"output_type": "pyout", "prompt_number": 3, "text": "1"}, png, error]}
    code["outputs"].append({"output_type": "stream", "stream": "stderr", "text": "oh"})
    heading = {"cell_type": "heading", "level": 2, "source": ["A", " title"]}
    sheets = [{"cells": [code]}, {"cells": [heading, {"cell_type": "html", "source": "<b>"}]}]
    old = {"worksheets": sheets, "metadata": {"name": "n"}, "nbformat": 3, "nbformat_minor": 0}
    notebook, repairs = valid(as_bytes(old))
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "markdown"]
    assert [cell.source for cell in notebook.cells] == ["x = 1\nx", "## A title", "<b>"]
    assert notebook.cells[0].execution_count == 3
    result, picture, failed, stream = notebook.cells[0].outputs
    assert result.data == {"text/plain": "1"}
    assert picture.data["image/png"] == "iVBORw0KGgo="
    assert (failed.output_type, stream.name) == ("error", "stderr")
    assert repairs == ["format"]


def test_a_notebook_of_format_2_is_read() -> None:
    cells = [{"cell_type": "code", "input": "x", "outputs": []}]
    old = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 2}
    notebook, repairs = valid(as_bytes(old))
    assert notebook.cells[0].source == "x"
    assert repairs == ["format"]


@pytest.mark.parametrize("minor", range(5))
def test_a_notebook_of_a_format_without_ids_needs_no_notice(minor: int) -> None:
    content = small(nbformat_minor=minor)
    del content["cells"][0]["id"]
    notebook, repairs = valid(as_bytes(content))
    assert notebook.cells[0].id.startswith(reading.INVENTED)
    assert repairs == []


@pytest.mark.parametrize("bad", [None, "", 7, "two words", "x" * 65, ["first"], "first\n"])
def test_a_lost_id_is_made_anew_and_told(bad: Any) -> None:
    notebook, repairs = valid(changed(lambda cell: cell.update(id=bad)))
    assert notebook.cells[0].id.startswith(reading.INVENTED)
    assert repairs == ["format"]


def test_of_two_cells_with_one_id_the_first_keeps_it() -> None:
    content = small()
    content["cells"] *= 2
    notebook, repairs = valid(as_bytes(content))
    assert notebook.cells[0].id == "first"
    assert notebook.cells[1].id.startswith(reading.INVENTED)
    assert repairs == ["format"]


def test_colab_keeps_the_id_of_a_cell_in_its_metadata() -> None:
    content = small(nbformat_minor=0, metadata={"colab": {"provenance": []}, "accelerator": "GPU"})
    cell = content["cells"][0]
    del cell["id"]
    cell["metadata"] = {"id": "first", "outputId": "1d2c", "colab": {"base_uri": "https://x/"}}
    notebook, repairs = valid(as_bytes(content))
    assert notebook.cells[0].id == "first"
    assert repairs == []


def test_what_vs_code_and_pycharm_add_or_leave_out_is_read() -> None:
    content = small(metadata={"kernelspec": {"name": "python3"}, "language_info": {"name": 3}})
    cell = content["cells"][0]
    cell |= {"metadata": {"vscode": {"languageId": "python"}, "pycharm": {"name": "#%%\n"}}}
    cell |= {"pycharm": {}, "extra": 1}
    del cell["outputs"], cell["execution_count"]
    content["cells"].append({"cell_type": "markdown", "source": "no metadata", "id": "second"})
    notebook, repairs = valid(as_bytes(content))
    assert notebook.cells[0].outputs == []
    assert notebook.metadata == {}
    assert repairs == []


def test_pasted_pictures_stay() -> None:
    picture = {"p.png": {"image/png": "iVBORw0KGgo="}}
    cell = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {},
        "source": "",
        "attachments": picture,
    }
    assert valid(as_bytes(small(cells=[cell])))[0].cells[0].attachments == picture


MALFORMED: dict[str, Any] = {
    "a number": 1,
    "no type": {"text": "x"},
    "an unknown type": {"output_type": "update_display_data", "data": {}},
    "a list as type": {"output_type": ["stream"]},
    "null": None,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_an_output_that_is_none_is_left_out(name: str) -> None:
    notebook, _ = valid(changed(lambda cell: cell["outputs"].insert(0, MALFORMED[name])))
    assert [output.output_type for output in notebook.cells[0].outputs] == ["stream"]


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": None, "text": 3},
        {"output_type": "error", "ename": 1, "evalue": None, "traceback": "text"},
        {"output_type": "error", "traceback": ["text", 3]},
        {
            "output_type": "execute_result",
            "data": {"text/plain": 3, "application/json": {"a": [1]}},
        },
        {"output_type": "execute_result", "data": [], "execution_count": True, "metadata": []},
        {"output_type": "display_data", "data": {"text/plain": ["a", "b"]}, "transient": {}},
    ],
)
def test_an_output_with_odd_parts_is_made_valid(output: dict[str, Any]) -> None:
    notebook, _ = valid(changed(lambda cell: cell.update(outputs=[output])))
    assert len(notebook.cells[0].outputs) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        {"tags": "skip-execution"},
        {"tags": ["a", "a", 1, "b,c", ""]},
        {"name": "", "format": 1, "collapsed": "yes", "scrolled": "no", "jupyter": 1},
        {"execution": {"iopub.status.busy": 1}},
        {"nbgrader": []},
    ],
)
def test_odd_metadata_is_made_valid(metadata: Any) -> None:
    valid(changed(lambda cell: cell.update(metadata=metadata)))


def test_a_cell_of_no_known_type_is_read_as_text() -> None:
    content = small()
    content["cells"] += [{"cell_type": "sql", "source": "SELECT", "id": "b"}, "text", None]
    notebook, repairs = valid(as_bytes(content))
    assert [cell.cell_type for cell in notebook.cells] == ["code", "raw"]
    assert repairs == ["format"]


@pytest.mark.parametrize("source", [None, 3, {"a": 1}, ["x = 1", None, 2]])
def test_a_source_that_is_no_text_is_read_as_what_text_there_is(source: Any) -> None:
    notebook, _ = valid(changed(lambda cell: cell.update(source=source)))
    assert notebook.cells[0].source == ("x = 1" if isinstance(source, list) else "")


@pytest.mark.parametrize("bad", ["\\ud83d", "\\u0000", "\x00", "\\udc00\\ud83d"])
def test_characters_that_cannot_be_stored_are_replaced_and_told(bad: str) -> None:
    data = as_bytes(small()).replace(b"x = 1", b"x = '" + bad.encode() + b"'")
    notebook, repairs = valid(data)
    assert "\N{REPLACEMENT CHARACTER}" in notebook.cells[0].source
    assert notebook.cells[0].source.encode().decode() == notebook.cells[0].source
    assert repairs == ["format"]


def test_bytes_that_are_no_characters_are_replaced_and_told() -> None:
    notebook, repairs = valid(as_bytes(small()).replace("é".encode(), b"\xe9"))
    assert notebook.cells[0].source == SOURCE.replace("é", "\N{REPLACEMENT CHARACTER}")
    assert repairs == ["format"]


def test_a_whole_surrogate_pair_is_one_character_and_no_notice() -> None:
    data = as_bytes(small()).replace(b"x = 1", b"x = '\\ud83d\\ude00'")
    notebook, repairs = valid(data)
    assert "\N{GRINNING FACE}" in notebook.cells[0].source
    assert repairs == []


def test_numbers_that_json_does_not_have_become_nothing() -> None:
    bundle = '{"application/json": [NaN, Infinity, -Infinity, 1e999, 0.5]}'
    output = f'{{"output_type": "display_data", "data": {bundle}, "metadata": {{}}}}'
    data = as_bytes(small(metadata={"x": "HERE"})).replace(b'"HERE"', b"NaN")
    data = data.replace(b'"outputs": [', b'"outputs": [' + output.encode() + b", ")
    notebook, _ = valid(data)
    shown = notebook.cells[0].outputs[0].data["application/json"]
    assert shown == [None, None, None, None, 0.5]
    json.dumps(notebook, allow_nan=False)


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "nothing but nulls": (b"\x00" * 512, "is empty"),
    "nothing but a mark": (b"\xef\xbb\xbf \n", "is empty"),
    "a web page": (b"\n<!DOCTYPE html><html></html>", "is a web page"),
    "a script": (b"import os\nprint(1)\n", "not a notebook but some other file"),
    "a zip": (b"PK\x03\x04\x14\x00\x00\x00", "zip archive"),
    "a PDF": (b"%PDF-1.7", "PDF"),
    "an LFS pointer": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "cut in a string": (as_bytes(small())[:90], "cut off"),
    "cut between": (as_bytes(small())[:-1], "cut off"),
    "damaged": (as_bytes(small()).replace(b'"cells":', b'"cells"'), "damaged at line 1"),
    "two notebooks": (as_bytes(small()) * 2, "damaged at line 1"),
    "a merge": (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n]}', "git could not merge"),
    "a list": (b"[1, 2]", "not a notebook but other data"),
    "other JSON": (b'{"name": "package"}', "not a notebook but other data"),
    "no list of cells": (b'{"cells": {}}', "no list of cells"),
    "deep brackets": (b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
    "deep metadata": (
        as_bytes(small()).replace(b'"a"}', b"[" * 60 + b"]" * 60 + b"}"),
        "nested too deeply",
    ),
    "a long number": (as_bytes(small()).replace(b"5}", b"5" * 5000 + b"}"), "thousands of digits"),
    "too many cells": (as_bytes(small(cells=[{}] * 5_001)), "more than 5000 cells"),
    "too many parts": (b'{"cells": [' + b"[]," * 200_001, "too many parts"),
    "too many numbers": (b'{"cells": [' + b"1," * 2_000_001, "too many parts"),
    "too many texts": (b'{"cells": [' + b'"\\"",' * 2_000_001, "too many parts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused_in_one_sentence_with_the_mend(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(UnreadableNotebook) as refused:
        read(data, "n")
    sentence = str(refused.value)
    assert reason in sentence
    assert sentence.startswith("n.ipynb ")
    assert sentence.endswith(".")
    assert "hand" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("sign", [",", "[", "{", '\\",', "\\\\,"])
def test_signs_in_a_text_are_no_parts(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PARTS", 100)
    monkeypatch.setattr(reading, "MAX_VALUES", 100)
    text = sign * 1_000
    data = as_bytes(small(cells=[{"cell_type": "raw", "id": "a", "metadata": {}, "source": text}]))
    assert read(data, "tiny")[0].cells[0].source == text


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    with pytest.raises(UnreadableNotebook, match="clear its outputs"):
        read(b"[" * 101, "n")


def test_any_damage_to_the_bytes_is_read_as_a_valid_notebook_or_refused_in_words() -> None:
    whole = as_bytes(mixed_notebook())
    damage = [b"", b"\x00", b"\xff", b'"', b"{", b"[", b"null", b"7,", b"\\ud800", b" "]
    read_or_refused = set()
    for seed in range(300):
        rng = random.Random(seed)
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 1, 1, 5])] = rng.choice(damage)
        try:
            valid(bytes(data))
            read_or_refused.add("read")
        except UnreadableNotebook as refused:
            read_or_refused.add(str(refused).split()[0])
    assert read_or_refused == {"read", "n.ipynb"}
