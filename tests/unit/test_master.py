"""The master: what the gradebook and a template say of the cells of an assignment."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from mixed_course import ASSIGNMENT, KNOWN, NOTEBOOK, PIXEL, MixedCourse
from nbgrader.api import MissingEntry
from nbgrader.nbgraderformat import MetadataValidator
from tiny_course import write_notebook

from batchgrader.sanitising.master import Master, load_master
from batchgrader.sanitising.reading import UnreadableNotebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MixedCourse]:
    made = MixedCourse(tmp_path_factory.mktemp("course"))
    with made.gradebook:
        yield made


def load(course: MixedCourse, template: Path | None) -> Master:
    return load_master(NOTEBOOK, course.gradebook, ASSIGNMENT, template)


@pytest.fixture
def row(course: MixedCourse) -> Iterator[Any]:
    """The gradebook's row of the cell "double-tests"; changes to it are taken back."""
    entry = course.gradebook.find_notebook(NOTEBOOK, ASSIGNMENT)
    yield next(row for row in entry.source_cells if row.name == "double-tests")
    course.gradebook.db.rollback()


def test_a_release_gives_the_order_and_the_ids_of_all_cells(course: MixedCourse) -> None:
    master = load(course, course.release)
    assert [cell.id for cell in master.cells] == [cell["id"] for cell in course.released()["cells"]]
    assert list(master.known) == KNOWN
    assert master.ordered


def test_the_text_of_a_test_cell_has_the_hidden_tests(course: MixedCourse) -> None:
    tests = load(course, course.release).known["double-tests"]
    assert "double(4) == 8" in tests.source
    assert tests.released is not None
    assert "double(4)" not in tests.released


@pytest.mark.parametrize("template", ["release", "source"])
def test_an_answer_cell_holds_the_stub_never_the_solution(
    course: MixedCourse, template: str
) -> None:
    answer = load(course, getattr(course, template)).known["double"]
    assert "lambda" not in answer.source
    assert "raise NotImplementedError" in answer.source


@pytest.mark.parametrize("template", ["release", "source", None])
def test_nbgraders_metadata_is_what_its_own_pipeline_would_have_there(
    course: MixedCourse, template: str | None
) -> None:
    master = load(course, getattr(course, template) if template else None)
    known = {
        row.name: row for row in course.gradebook.find_notebook(NOTEBOOK, ASSIGNMENT).source_cells
    }
    for cell in course.released()["cells"]:
        if "nbgrader" in cell["metadata"]:
            marks = cell["metadata"]["nbgrader"]
            # nbgrader puts the checksum of the text with the hidden tests there.
            wanted = marks | {"checksum": known[marks["grade_id"]].checksum}
            metadata = master.known[marks["grade_id"]].metadata
            assert metadata["nbgrader"] == wanted
            assert metadata["deletable"] is False
            assert metadata.get("editable") == cell["metadata"].get("editable")


def test_metadata_without_a_template_passes_nbgraders_validator(course: MixedCourse) -> None:
    for cell in load(course, None).cells:
        made = nbformat.from_dict({"cell_type": cell.cell_type, "metadata": dict(cell.metadata)})
        MetadataValidator().validate_cell(made)


def test_points_come_from_the_gradebook_not_from_the_template(
    course: MixedCourse, tmp_path: Path
) -> None:
    content = course.released()
    content["cells"][5]["metadata"]["nbgrader"]["points"] = 100
    write_notebook(tmp_path / "changed.ipynb", content)
    assert load(course, tmp_path / "changed.ipynb").known["double-tests"].marks["points"] == 2


def test_the_pictures_of_a_prompt_are_kept(course: MixedCourse) -> None:
    assert load(course, course.release).known["prompt"].attachments == {"p.png": PIXEL}


def test_the_kernel_is_the_gradebooks(course: MixedCourse, tmp_path: Path) -> None:
    content = course.released()
    content["metadata"]["kernelspec"] = {"name": "other", "display_name": "Other"}
    write_notebook(tmp_path / "changed.ipynb", content)
    metadata = load(course, tmp_path / "changed.ipynb").metadata
    assert metadata["kernelspec"]["name"] == "python3"
    assert metadata["course"]["unit"] == "01"


def test_without_a_template_the_rows_are_all_there_is(course: MixedCourse) -> None:
    master = load(course, None)
    assert [cell.name for cell in master.cells] == KNOWN
    assert not master.ordered
    assert master.metadata["kernelspec"]["name"] == "python3"


def test_a_cell_that_the_template_lacks_follows_the_one_before_it(
    course: MixedCourse, tmp_path: Path
) -> None:
    content = course.released()
    del content["cells"][7]
    del content["cells"][1]
    write_notebook(tmp_path / "changed.ipynb", content)
    master = load(course, tmp_path / "changed.ipynb")
    assert list(master.known) == KNOWN
    assert [cell.id for cell in master.cells][:2] == ["", "title"]


def test_a_cell_of_the_template_that_the_gradebook_does_not_know_is_plain(
    course: MixedCourse, tmp_path: Path
) -> None:
    content = course.released()
    content["cells"][5]["metadata"]["nbgrader"]["grade_id"] = "renamed"
    write_notebook(tmp_path / "changed.ipynb", content)
    master = load(course, tmp_path / "changed.ipynb")
    cell = next(cell for cell in master.cells if cell.id == "double-tests")
    assert cell.name == ""
    assert "nbgrader" not in cell.metadata


def test_a_template_without_cell_ids_lends_none(course: MixedCourse, tmp_path: Path) -> None:
    content = course.released() | {"nbformat_minor": 4}
    for cell in content["cells"]:
        del cell["id"]
    write_notebook(tmp_path / "old.ipynb", content)
    assert load(course, tmp_path / "old.ipynb").by_id == {}


def test_the_digest_is_the_same_for_every_template_of_the_same_assignment(
    course: MixedCourse, tmp_path: Path
) -> None:
    content = course.released()
    for cell in content["cells"]:
        cell["id"] = f"new-{cell['id']}"
    write_notebook(tmp_path / "again.ipynb", content)
    templates = (course.release, course.source, tmp_path / "again.ipynb")
    assert len({load(course, template).digest for template in templates}) == 1


@pytest.mark.parametrize(
    ("field", "value"), [("source", "assert True"), ("locked", False), ("cell_type", "markdown")]
)
def test_the_digest_changes_with_what_can_change_a_grade(
    course: MixedCourse, row: Any, field: str, value: Any
) -> None:
    before = load(course, course.release).digest
    setattr(row, field, value)
    assert load(course, course.release).digest != before


def test_the_digest_changes_with_the_points(course: MixedCourse) -> None:
    before = load(course, course.release).digest
    tests = course.gradebook.find_grade_cell("double-tests", NOTEBOOK, ASSIGNMENT)
    tests.max_score = 7
    after = load(course, course.release).digest
    course.gradebook.db.rollback()
    assert after != before


def test_a_word_mended_in_a_prompt_leaves_the_digest_alone(course: MixedCourse, row: Any) -> None:
    before = load(course, course.release).digest
    prompt = next(each for each in row.notebook.source_cells if each.name == "prompt")
    prompt.source = "Double it, please."
    assert load(course, course.release).digest == before


def test_a_tag_that_decides_what_runs_is_part_of_the_digest(
    course: MixedCourse, tmp_path: Path
) -> None:
    content = course.released()
    content["cells"][4]["metadata"]["tags"] = ["skip-execution"]
    write_notebook(tmp_path / "changed.ipynb", content)
    changed = load(course, tmp_path / "changed.ipynb")
    assert changed.digest != load(course, course.release).digest


def test_a_notebook_that_the_gradebook_does_not_know_is_an_error(course: MixedCourse) -> None:
    with pytest.raises(MissingEntry):
        load_master("other", course.gradebook, ASSIGNMENT, None)


def test_a_damaged_template_is_an_error(course: MixedCourse, tmp_path: Path) -> None:
    (tmp_path / "cut.ipynb").write_text('{"cells": [', "utf-8")
    with pytest.raises(UnreadableNotebook, match="cut off"):
        load(course, tmp_path / "cut.ipynb")


def test_a_row_without_kernel_text_or_checksum_is_read_too() -> None:
    row = SimpleNamespace(name="a", cell_type="code", source=None, locked=False, checksum=None)
    entry = SimpleNamespace(
        kernelspec=None, source_cells=[row], grade_cells=[], solution_cells=[row], task_cells=[]
    )
    gradebook = SimpleNamespace(find_notebook=lambda notebook, assignment: entry)
    master = load_master("n", gradebook, "a", None)
    assert master.known["a"].source == ""
    assert "checksum" not in master.known["a"].marks
