"""The notebook that runs: what is taken from a submission, and what from the master."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from mixed_course import ASSIGNMENT, KNOWN, NOTEBOOK, PIXEL, MixedCourse, plain
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from tiny_course import write_notebook

from batchgrader.jobs import Repair
from batchgrader.sanitising.master import Master, load_master
from batchgrader.sanitising.reading import read
from batchgrader.sanitising.rebuild import RebuildFromMaster, rebuild

Content = dict[str, Any]
ALL = ["title", "setup", "prompt", "double", "look", "double-tests", "between", *KNOWN[4:]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MixedCourse]:
    made = MixedCourse(tmp_path_factory.mktemp("course"))
    with made.gradebook:
        yield made


@pytest.fixture(scope="module")
def master(course: MixedCourse) -> Master:
    return load_master(NOTEBOOK, course.gradebook, ASSIGNMENT, course.release)


@pytest.fixture(scope="module")
def bare_master(course: MixedCourse) -> Master:
    """The master where neither release nor source are there any more."""
    return load_master(NOTEBOOK, course.gradebook, ASSIGNMENT, None)


@pytest.fixture
def work(course: MixedCourse) -> Content:
    """A submission with all questions answered, as JSON."""
    content = course.released()
    for name, answer in ANSWERS.items():
        find(content, name)["source"] = answer
    return content


ANSWERS = {"double": "double = lambda x: x + x", "half": "half = len", "words": "They undo."}


def find(content: Content, cell_id: str) -> Content:
    """The cell with this id; in a release that is its grade id too."""
    found: Content = next(cell for cell in content["cells"] if cell["id"] == cell_id)
    return found


def rebuilt(content: Content, master: Master) -> tuple[NotebookNode, list[Repair]]:
    """What is made of a submission, once nbformat and nbgrader have found nothing wrong with it."""
    submitted, odd = read(json.dumps(content).encode(), NOTEBOOK)
    notebook, repairs = rebuild(submitted, master)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    return notebook, odd + repairs


def ids(notebook: NotebookNode) -> list[str]:
    return [cell.id for cell in notebook.cells]


def sources(notebook: NotebookNode) -> dict[str, str]:
    """The text of each cell, by id."""
    return {cell.id: cell.source for cell in notebook.cells}


def kinds(repairs: list[Repair]) -> list[tuple[str, str]]:
    assert all(repair.text.endswith(".") and repair.notebook == NOTEBOOK for repair in repairs)
    return [(repair.kind, repair.cell) for repair in repairs]


def strip(content: Content, *, names: bool = True, cell_ids: bool = True) -> None:
    """What other editors do: drop nbgrader's metadata, or the ids of the cells, or both."""
    for cell in content["cells"]:
        if names:
            cell["metadata"] = {}
        if cell_ids:
            del cell["id"]
    content["nbformat_minor"] = 4 if cell_ids else 5


# ---- As nbgrader does it --------------------------------------------------------------------


def sanitised(notebook: NotebookNode, course: MixedCourse) -> list[Any]:
    """The cells after nbgrader's own sanitisers: type, id, text and nbgrader's metadata."""
    about = {"student": "s", "assignment": ASSIGNMENT, "notebook": NOTEBOOK}
    resources = {"nbgrader": about | {"db_url": course.db_url}}
    for step in Autograde.sanitize_preprocessors.default_args[0]:
        notebook, resources = step()(notebook, resources)
    return [
        (cell.cell_type, cell.id, cell.source, cell.metadata.get("nbgrader"))
        for cell in notebook.cells
    ]


def untouched(content: Content) -> None:
    pass


def with_own_cells(content: Content) -> None:
    for place in (11, 5, 0):
        content["cells"].insert(place, plain("code", f"own-{place}", "y = 1"))


def with_plain_cells_edited_and_deleted(content: Content) -> None:
    find(content, "look")["source"] = "2 / 0"
    content["cells"].remove(find(content, "between"))
    content["cells"].remove(find(content, "title"))


@pytest.mark.parametrize("edit", [untouched, with_own_cells, with_plain_cells_edited_and_deleted])
@pytest.mark.parametrize("template", ["release", "source", None])
def test_ordinary_work_is_what_nbgrader_alone_makes_of_it(
    course: MixedCourse, work: Content, template: str | None, edit: Callable[[Content], None]
) -> None:
    path = getattr(course, template) if template else None
    master = load_master(NOTEBOOK, course.gradebook, ASSIGNMENT, path)
    edit(work)
    notebook, repairs = rebuilt(work, master)
    stock = nbformat.reads(json.dumps(work), as_version=4)
    assert sanitised(notebook, course) == sanitised(stock, course)
    assert repairs == []


def test_a_release_without_cell_ids_is_graded_without_a_notice(
    course: MixedCourse, bare_master: Master
) -> None:
    content = course.released()
    strip(content, names=False)
    notebook, repairs = rebuilt(content, bare_master)
    assert len(notebook.cells) == len(content["cells"])
    assert repairs == []


def test_the_preprocessor_takes_the_master_and_adds_to_the_repairs(
    work: Content, master: Master
) -> None:
    work["cells"].remove(find(work, "setup"))
    earlier = Repair("format", NOTEBOOK, "", "Earlier.")
    notes: dict[str, Any] = {"master": master, "repairs": [earlier]}
    submitted = read(json.dumps(work).encode(), NOTEBOOK)[0]
    notebook, _ = RebuildFromMaster()(submitted, {"batchgrader": notes})
    assert ids(notebook) == ALL
    assert kinds(notes["repairs"]) == [("format", ""), ("deleted-cell", "setup")]


def test_without_a_master_the_notebook_stays_as_it_is(work: Content) -> None:
    submitted = read(json.dumps(work).encode(), NOTEBOOK)[0]
    notes: dict[str, Any] = {"master": None, "repairs": []}
    assert RebuildFromMaster()(submitted, {"batchgrader": notes})[0] is submitted


# ---- What is the master's -------------------------------------------------------------------


def test_the_text_of_answers_is_the_students_and_of_tests_the_masters(
    work: Content, master: Master
) -> None:
    found = sources(rebuilt(work, master)[0])
    assert {name: found[name] for name in ANSWERS} == ANSWERS
    assert "double(4) == 8" in found["double-tests"]


def test_a_changed_test_is_replaced_by_the_original(work: Content, master: Master) -> None:
    find(work, "double-tests")["source"] = "assert True"
    notebook, repairs = rebuilt(work, master)
    assert "double(4) == 8" in sources(notebook)["double-tests"]
    assert kinds(repairs) == [("changed-cell", "double-tests")]
    assert repairs[0].text == (
        "The test cell 'double-tests' had been changed; the original ran instead."
    )


def test_white_space_at_the_end_of_a_locked_cell_is_no_change(
    work: Content, master: Master
) -> None:
    cell = find(work, "double-tests")
    cell["source"] = "".join(cell["source"]).replace("\n", "  \r\n") + "\n\n"
    notebook, repairs = rebuilt(work, master)
    assert sources(notebook)["double-tests"] == master.known["double-tests"].source
    assert repairs == []


def test_without_the_release_a_changed_test_is_noticed_too(
    work: Content, bare_master: Master
) -> None:
    find(work, "half-tests")["source"] = "assert True"
    assert kinds(rebuilt(work, bare_master)[1]) == [("changed-cell", "half-tests")]


@pytest.mark.parametrize(
    "change",
    [
        {"points": 100},
        {"points": "many"},
        {"grade": False},
        {"solution": True},
        {"locked": []},
        {"task": True},
    ],
)
def test_nbgraders_marks_are_never_taken_from_a_submission(
    work: Content, master: Master, change: Content
) -> None:
    wanted = rebuilt(work, master)[0]
    find(work, "double-tests")["metadata"]["nbgrader"] |= change
    notebook, repairs = rebuilt(work, master)
    same = change == {"locked": []}  # nbgrader locks a test cell whatever its mark says
    assert notebook == wanted
    assert kinds(repairs) == ([] if same else [("metadata", "double-tests")])


@pytest.mark.parametrize("cell_id", ["double-tests", "between"])
def test_a_tag_cannot_keep_a_cell_from_running(work: Content, master: Master, cell_id: str) -> None:
    find(work, cell_id)["metadata"]["tags"] = ["skip-execution"]
    notebook, repairs = rebuilt(work, master)
    assert all("skip-execution" not in cell.metadata.get("tags", []) for cell in notebook.cells)
    assert kinds(repairs) == [("metadata", cell_id)]


def test_the_instructors_own_tags_stay(course: MixedCourse, tmp_path: Path) -> None:
    content = course.released()
    for name in ("between", "setup"):
        find(content, name)["metadata"]["tags"] = ["skip-execution"]
    write_notebook(tmp_path / "tagged.ipynb", content)
    master = load_master(NOTEBOOK, course.gradebook, ASSIGNMENT, tmp_path / "tagged.ipynb")
    notebook, repairs = rebuilt(content, master)
    tags = {cell.id: cell.metadata.tags for cell in notebook.cells if "tags" in cell.metadata}
    skipped = ["skip-execution"]
    assert tags == {"setup": skipped, "look": ["raises-exception"], "between": skipped}
    assert repairs == []


def test_foreign_metadata_goes_without_a_notice(work: Content, master: Master) -> None:
    wanted = rebuilt(work, master)[0]
    for cell in work["cells"]:
        cell["metadata"] |= {"vscode": {"languageId": "python"}, "collapsed": True}
    work["metadata"] = {"kernelspec": {"name": "other", "display_name": "x"}, "widgets": {"a": 1}}
    notebook, repairs = rebuilt(work, master)
    assert notebook == wanted
    assert notebook.metadata.kernelspec.name == "python3"
    assert repairs == []


def test_a_test_cell_turned_into_text_runs_as_code(work: Content, master: Master) -> None:
    cell = find(work, "double-tests")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]
    notebook, repairs = rebuilt(work, master)
    assert notebook.cells[5].cell_type == "code"
    assert kinds(repairs) == [("cell-type", "double-tests")]


def test_an_answer_turned_into_code_is_text_again(work: Content, master: Master) -> None:
    find(work, "words").update(cell_type="code", outputs=[], execution_count=None)
    notebook, repairs = rebuilt(work, master)
    assert notebook.cells[9].cell_type == "markdown"
    assert notebook.cells[9].source == ANSWERS["words"]
    assert kinds(repairs) == [("cell-type", "words")]


def test_pictures_come_from_the_student_in_answers_and_from_the_master_elsewhere(
    work: Content, master: Master
) -> None:
    find(work, "words")["attachments"] = {"mine.png": PIXEL}
    find(work, "prompt")["attachments"] = {"p.png": {"image/png": "AAAA"}}
    notebook, _ = rebuilt(work, master)
    assert notebook.cells[9].attachments == {"mine.png": PIXEL}
    assert notebook.cells[2].attachments == {"p.png": PIXEL}


def test_outputs_are_carried_over(work: Content, master: Master) -> None:
    shown = {"output_type": "stream", "name": "stdout", "text": "passed"}
    find(work, "double-tests").update(outputs=[shown, {"output_type": "forged"}], execution_count=4)
    cell = rebuilt(work, master)[0].cells[5]
    assert cell.outputs == [shown]
    assert cell.execution_count == 4


# ---- Copied, deleted, moved -----------------------------------------------------------------


def test_a_copied_answer_cell_does_not_override_the_first(work: Content, master: Master) -> None:
    second = copy.deepcopy(find(work, "double"))
    second |= {"id": "copied", "source": "double = None\n```\n"}
    work["cells"].insert(4, second)
    notebook, repairs = rebuilt(work, master)
    assert ids(notebook) == [*ALL[:4], "copied", *ALL[4:]]
    assert sources(notebook)["double"] == ANSWERS["double"]
    copied = notebook.cells[4]
    assert copied.cell_type == "markdown"
    assert copied.source.startswith("This is a second answer cell 'double': it was not run")
    assert "````\ndouble = None\n```\n\n````" in copied.source
    assert copied.metadata == {}
    assert kinds(repairs) == [("copied-cell", "double")]


@pytest.mark.parametrize("name", KNOWN)
def test_any_known_cell_may_be_copied_any_number_of_times(
    work: Content, master: Master, name: str
) -> None:
    work["cells"] += [copy.deepcopy(find(work, name)) | {"id": f"c{i}"} for i in range(3)]
    notebook, repairs = rebuilt(work, master)
    assert ids(notebook) == [*ALL, "c0", "c1", "c2"]
    assert {cell.cell_type for cell in notebook.cells[-3:]} == {"markdown"}
    assert kinds(repairs) == [("copied-cell", name)] * 3


@pytest.mark.parametrize("name", KNOWN)
def test_a_deleted_cell_comes_back_in_its_place(work: Content, master: Master, name: str) -> None:
    work["cells"].remove(find(work, name))
    notebook, repairs = rebuilt(work, master)
    assert ids(notebook) == ALL
    assert sources(notebook)[name] == master.known[name].source
    assert kinds(repairs) == [("deleted-cell", name)]


@pytest.mark.parametrize("name", KNOWN)
def test_without_a_template_a_deleted_cell_follows_the_known_one_before_it(
    work: Content, bare_master: Master, name: str
) -> None:
    work["cells"].remove(find(work, name))
    notebook, repairs = rebuilt(work, bare_master)
    assert [cell for cell in ids(notebook) if cell in KNOWN] == KNOWN
    assert kinds(repairs) == [("deleted-cell", name)]


def test_a_deleted_test_runs_after_what_the_student_added_to_the_answer(
    work: Content, master: Master
) -> None:
    work["cells"].remove(find(work, "double-tests"))
    work["cells"].insert(4, plain("code", "own", "helper = 1"))
    assert ids(rebuilt(work, master)[0]) == [*ALL[:4], "own", *ALL[4:]]


def test_a_plain_cell_may_be_deleted(work: Content, master: Master) -> None:
    work["cells"].remove(find(work, "between"))
    notebook, repairs = rebuilt(work, master)
    assert "between" not in ids(notebook)
    assert repairs == []


def test_cells_that_were_moved_run_in_the_masters_order(work: Content, master: Master) -> None:
    cells = work["cells"]
    cells.insert(0, cells.pop(cells.index(find(work, "half-tests"))))
    cells.insert(1, plain("code", "own", "y = 1"))
    notebook, repairs = rebuilt(work, master)
    assert [cell for cell in ids(notebook) if cell in KNOWN] == KNOWN
    assert ids(notebook)[ids(notebook).index("half-tests") + 1] == "own"
    assert kinds(repairs) == [("moved-cell", "half-tests")]


def test_without_a_template_the_order_is_the_submissions(
    work: Content, bare_master: Master
) -> None:
    work["cells"].reverse()
    notebook, repairs = rebuilt(work, bare_master)
    assert ids(notebook) == ALL[::-1]
    assert repairs == []


def test_a_notebook_with_none_of_the_cells_is_told_so_once(master: Master) -> None:
    content = {"cells": [plain("code", "own", "y = 1")], "nbformat": 4, "nbformat_minor": 5}
    notebook, repairs = rebuilt(content, master)
    assert ids(notebook) == ["own", *KNOWN]
    assert kinds(repairs) == [("deleted-cell", "")]


# ---- Metadata that is gone, unknown or forged ------------------------------------------------


def test_without_metadata_cells_are_recognised_by_their_id(work: Content, master: Master) -> None:
    wanted = rebuilt(work, master)[0]
    strip(work, cell_ids=False)
    notebook, repairs = rebuilt(work, master)
    assert notebook == wanted
    assert kinds(repairs) == [("matched-cell", "")]


def test_colabs_ids_are_recognised(work: Content, master: Master) -> None:
    wanted = rebuilt(work, master)[0]
    for cell in work["cells"]:
        cell["metadata"] = {"id": cell.pop("id")}
    work["nbformat_minor"] = 0
    assert rebuilt(work, master)[0] == wanted


def test_without_metadata_and_ids_cells_are_recognised_by_text_and_place(
    work: Content, master: Master
) -> None:
    # In this assignment no two answers of a type stand between the same two locked cells.
    strip(work)
    notebook, repairs = rebuilt(work, master)
    found = sources(notebook)
    assert {name: found[name] for name in ANSWERS} == ANSWERS
    assert list(found) != ALL  # the plain cells have no ids
    assert [name for name in found if name in KNOWN] == KNOWN
    assert len(notebook.cells) == len(ALL)
    told = kinds(repairs)
    assert told[0] == ("matched-cell", "")
    assert {("matched-cell", name) for name in ANSWERS} == set(told[1:])


def test_an_answer_typed_into_a_new_cell_counts_where_the_old_one_stood(
    work: Content, master: Master
) -> None:
    at = work["cells"].index(find(work, "double"))
    work["cells"][at] = plain("code", "new", ANSWERS["double"])
    notebook, repairs = rebuilt(work, master)
    assert ids(notebook) == ALL
    assert sources(notebook)["double"] == ANSWERS["double"]
    assert kinds(repairs) == [("matched-cell", "double")]


def test_an_answer_is_not_guessed_where_two_cells_could_be_it(
    work: Content, master: Master
) -> None:
    strip(work)
    work["cells"].insert(3, plain("code", "own", "z = 1"))
    notebook, repairs = rebuilt(work, master)
    assert sources(notebook)["double"] == master.known["double"].source
    assert ("deleted-cell", "double") in kinds(repairs)
    assert ANSWERS["double"] in sources(notebook).values()


def test_a_cell_of_an_unknown_name_is_the_students_own(work: Content, master: Master) -> None:
    forged = copy.deepcopy(find(work, "double-tests")) | {"id": "forged"}
    forged["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 50}
    work["cells"].append(forged)
    notebook, repairs = rebuilt(work, master)
    assert ids(notebook) == [*ALL, "forged"]
    assert notebook.cells[-1].metadata == {}
    assert kinds(repairs) == [("metadata", "forged")]


@pytest.mark.parametrize("bad", ["renamed", "", None, 7, ["double"], {}])
def test_a_cell_whose_name_is_damaged_is_recognised_by_its_id(
    work: Content, master: Master, bad: Any
) -> None:
    wanted = rebuilt(work, master)[0]
    find(work, "double")["metadata"]["nbgrader"]["grade_id"] = bad
    notebook, repairs = rebuilt(work, master)
    assert notebook == wanted
    assert kinds(repairs) == [("matched-cell", "")]


def test_an_own_cell_cannot_take_the_id_of_a_known_one(work: Content, master: Master) -> None:
    find(work, "double")["id"] = "elsewhere"
    work["cells"].append(plain("code", "double", "y = 1"))
    notebook, _ = rebuilt(work, master)
    assert ids(notebook)[: len(ALL)] == ALL
    assert sources(notebook)["double"] == ANSWERS["double"]
    assert notebook.cells[-1].source == "y = 1"


# ---- Whatever is done to a notebook ----------------------------------------------------------

JUNK: list[Any] = [None, 1, -1, "", "x" * 200, [], {}, True, ["a", 1], {"a": [{"b": None}]}, 1e9]
TYPES = ["code", "markdown", "raw", "heading", "sql", None]


def damage(content: Content, rng: random.Random) -> None:
    """Do one thing to a notebook that a student, an editor or a forger may do."""
    cells = content["cells"]
    at, other = rng.randrange(len(cells)), rng.randrange(len(cells))
    cell = cells[at]
    marks = cell["metadata"].get("nbgrader") if isinstance(cell["metadata"], dict) else None
    match rng.randrange(13):
        case 0 if len(cells) > 1:
            del cells[at]
        case 1:
            cells.insert(other, copy.deepcopy(cell))
        case 2:
            cells.insert(other, cells.pop(at))
        case 3:
            cell["cell_type"] = rng.choice(TYPES)
        case 4:
            cell["metadata"] = rng.choice([{}, {"tags": ["skip-execution"]}, {"nbgrader": []}, []])
        case 5 if isinstance(marks, dict):
            marks[rng.choice(list(marks) or ["grade"])] = rng.choice(JUNK)
        case 6 if isinstance(marks, dict):
            marks["grade_id"] = rng.choice(KNOWN)
        case 7:
            cell["id"] = rng.choice([*JUNK, *ALL])
        case 8:
            cell["source"] = rng.choice([*JUNK, ["a\r\n", "b\ud800"], "y = '\x00'"])
        case 9:
            outputs = [{"output_type": kind} for kind in ("stream", "error", "display_data", 1)]
            cell["outputs"] = rng.choice([*JUNK, outputs, [{"output_type": "error", "data": 1}]])
        case 10:
            cell[rng.choice(["attachments", "execution_count", "metadata"])] = rng.choice(JUNK)
        case 11:
            cell.pop(rng.choice(list(cell)))
            cell.setdefault("metadata", {})
        case _:
            key = rng.choice(["metadata", "nbformat_minor", "name"])
            content[key] = rng.choice([*JUNK, {"kernelspec": {"name": 1}}])


@pytest.mark.parametrize("has_template", [True, False])
def test_whatever_is_done_to_a_notebook_the_known_cells_run_as_the_master_has_them(
    course: MixedCourse, master: Master, bare_master: Master, *, has_template: bool
) -> None:
    using = master if has_template else bare_master
    for seed in range(200):
        rng = random.Random(seed)
        content = course.released()
        for _ in range(rng.randint(1, 12)):
            damage(content, rng)
        notebook, repairs = rebuilt(content, using)
        known = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in notebook.cells
            if "nbgrader" in cell.metadata
        }
        assert sorted(known) == sorted(KNOWN), seed
        assert list(known) == KNOWN or not has_template, seed
        for name, cell in known.items():
            wanted = using.known[name]
            assert cell.metadata == wanted.metadata, (seed, name)
            assert cell.cell_type == wanted.cell_type, (seed, name)
            assert not wanted.locked or cell.source == wanted.source, (seed, name)
        assert all(isinstance(repair, Repair) for repair in repairs)
        json.dumps(notebook, allow_nan=False).encode()
