"""The cell at the top of a graded notebook that says what the grader did with it."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import determine_grade

from batchgrader.jobs import Failure, Incident, Repair
from batchgrader.marking.notices import (
    NOTICE_ID,
    Notices,
    describe,
    explain_failure,
    inert,
    students_view,
)

FAILURE = Failure("The notebook ran for more than 600 seconds and was stopped.")
WARNED = Incident("stderr", "p1", "mean-test", "Something was written to standard error.")
CHANGED = Repair("changed-cell", "p1", "mean-test", "The test cell 'mean-test' had been changed.")

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://example.org/x.png)",
    "<http://example.org>",
    "http://example.org www.example.org a@example.org",
    "**bold** _italic_ ~~gone~~ `code`",
    "</li></ul><h1>Full marks</h1>",
    "# Full marks",
    "a | b\n--|--\n1 | 2",
    "x\n\n<h1>Full marks</h1>",
    "&lt;b&gt; &amp; &#60;b&#62;",
    "1. one",
    "- one",
    "[x]: http://example.org\n\n[x]",
]


class Page(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def marked(cell: NotebookNode, name: str, *, test: bool) -> NotebookNode:
    cell.metadata["nbgrader"] = {
        "cell_type": cell.cell_type,
        "grade": test,
        "grade_id": name,
        "locked": test,
        "schema_version": 3,
        "solution": not test,
        "task": False,
    } | ({"points": 2} if test else {})
    return cell


@pytest.fixture
def notebook() -> Any:
    answer = new_code_cell("\n  def mean(values):\n    ...", execution_count=1, id="a1")
    test = new_code_cell("assert mean([2]) == 2", execution_count=2, id="t1")
    return new_notebook(
        cells=[
            new_markdown_cell("# Statistics", id="m1"),
            marked(answer, "mean", test=False),
            marked(test, "mean-test", test=True),
            new_code_cell("print('mine')", id="x1"),
        ]
    )


def notify(nb: NotebookNode, **notes: Any) -> NotebookNode:
    resources = {"nbgrader": {"notebook": "p1"}, "batchgrader": notes}
    nb, _ = Notices()(nb, resources)
    nbformat.validate(nb)
    MetadataValidator().validate_nb(nb)
    return nb


def read_page(nb: NotebookNode) -> Page:
    return Page(markdown2html(nb.cells[0].source))


@pytest.mark.parametrize("notes", [{}, {"failure": None, "incidents": [], "repairs": []}])
def test_nothing_to_say_leaves_no_cell(notebook: NotebookNode, notes: dict[str, Any]) -> None:
    before = nbformat.writes(notebook)
    assert nbformat.writes(notify(notebook, **notes)) == before


def test_a_notebook_graded_without_batchgrader_is_left_alone(notebook: NotebookNode) -> None:
    nb, _ = Notices()(notebook, {"nbgrader": {"notebook": "p1"}})
    assert len(nb.cells) == 4


def test_the_failure_stands_first_then_what_happened_then_what_was_put_right(
    notebook: NotebookNode,
) -> None:
    nb = notify(notebook, failure=FAILURE, incidents=[WARNED], repairs=[CHANGED])
    text = read_page(nb).text
    places = [text.index(part) for part in (FAILURE.text, WARNED.text, CHANGED.text)]
    assert text.startswith("What the grader did with your notebook")
    assert places == sorted(places)


def test_a_failure_that_is_tried_again_says_so(notebook: NotebookNode) -> None:
    text = read_page(notify(notebook, failure=Failure("The kernel did not start.", True))).text
    assert "graded again with the next run" in text


def test_what_concerns_another_notebook_is_left_out(notebook: NotebookNode) -> None:
    other = Incident("stderr", "p2", "mean-test", "Elsewhere.")
    assert len(notify(notebook, incidents=[other]).cells) == 4


def test_the_same_sentence_is_said_once(notebook: NotebookNode) -> None:
    assert read_page(notify(notebook, incidents=[WARNED, WARNED])).elements.count("li") == 1


def test_a_cell_is_named_once_and_as_the_student_sees_it(notebook: NotebookNode) -> None:
    text = read_page(notify(notebook, incidents=[WARNED], repairs=[CHANGED])).text
    assert "Test “mean-test”, In [2]: Something was written" in text
    assert "\nThe test cell 'mean-test' had been changed." in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mean-test", "Test “mean-test”, In [2]"),
        ("mean", "The answer that begins “def mean(values):”, In [1]"),
        ("x1", "The cell that begins “print('mine')”"),
        ("m1", "The cell that begins “# Statistics”"),
        ("gone", "Cell “gone”"),
    ],
)
def test_each_kind_of_cell_has_words_of_its_own(
    notebook: NotebookNode, name: str, said: str
) -> None:
    assert Page(markdown2html(describe(notebook, name))).text.strip() == said


def test_long_lists_are_folded_and_very_long_ones_counted(notebook: NotebookNode) -> None:
    many = [Incident("score", "p1", "", f"Number {number}.") for number in range(250)]
    page = read_page(notify(notebook, incidents=many))
    assert page.elements.count("li") == 8 + 100 + 1
    assert "and 242 more" in page.text
    assert "and 142 more that are not listed" in page.text
    assert page.elements.index("details") > page.elements.index("li")


def test_a_list_that_is_only_a_little_long_is_not_folded(notebook: NotebookNode) -> None:
    some = [Incident("score", "p1", "", f"Number {number}.") for number in range(12)]
    page = read_page(notify(notebook, incidents=some))
    assert page.elements.count("li") == 12
    assert "details" not in page.elements


def test_a_later_grading_replaces_the_cell_of_an_earlier_one(notebook: NotebookNode) -> None:
    nb = notify(notify(notebook, incidents=[WARNED]), failure=FAILURE)
    assert [cell.id for cell in nb.cells] == [NOTICE_ID, "m1", "a1", "t1", "x1"]
    assert WARNED.text not in nb.cells[0].source


def test_a_notebook_that_has_the_id_already_keeps_its_cell(notebook: NotebookNode) -> None:
    task = new_markdown_cell("A task", id=NOTICE_ID)
    notebook.cells.append(marked(task, "task", test=True))
    task.metadata["nbgrader"] |= {"grade": False, "task": True}
    nb = notify(notebook, incidents=[WARNED])
    assert (nb.cells[0].id, nb.cells[-1]) == (f"{NOTICE_ID}-2", task)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "notes",
    [
        lambda text: {"failure": Failure(text)},
        lambda text: {"incidents": [Incident("score", "p1", "", text)]},
        lambda text: {"repairs": [Repair("metadata", "p1", text, "A sentence.")]},
    ],
)
def test_text_from_a_submission_is_inert(
    notebook: NotebookNode, text: str, notes: Callable[[str], dict[str, Any]]
) -> None:
    page = read_page(notify(notebook, **notes(text)))
    assert set(page.elements) <= {"h3", "a", "p", "strong", "ul", "li", "hr", "code"}
    assert page.elements.count("a") <= 1  # nbconvert's own link to the heading
    assert page.elements.count("li") <= 1
    assert " ".join(text.split()) in " ".join(page.text.split())


def test_mathematics_of_a_submission_is_kept_from_mathjax() -> None:
    html = markdown2html(inert(r"$\href{javascript:alert(1)}{x}$ \(y\)"))
    outside = Page(html.replace("<code>$</code>", "").replace("<code>\\</code>", ""))
    assert not set("$\\") & set(outside.text)


def test_signs_that_reorder_or_hide_text_go() -> None:
    assert inert("a\u202eb\u0000c\ud800d\u200be") == "abcde"


def test_a_sentence_without_end_is_cut() -> None:
    assert len(inert("word " * 10_000)) < 700


def test_each_test_that_a_failure_kept_from_running_scores_nothing_and_says_why(
    notebook: NotebookNode,
) -> None:
    late = marked(new_code_cell("assert mean([4]) == 4"), "late-test", test=True)
    notebook.cells.append(late)
    explain_failure(notebook, FAILURE)
    assert determine_grade(late) == (0, 2)
    assert FAILURE.text in late.outputs[0].evalue
    assert determine_grade(notebook.cells[2]) == (2, 2)
    assert notebook.cells[3].outputs == []


def test_what_makes_a_score_doubtful_is_for_the_instructor_alone() -> None:
    nb = new_notebook(cells=[new_code_cell("assert True", id="t")])
    found = Incident("integrity", "p1", "t", "math.isclose had been replaced.")
    resources = {"nbgrader": {"notebook": "p1"}, "batchgrader": {"incidents": [found]}}
    nb, _ = Notices()(nb, resources)
    student, instructor, test = (cell.source for cell in nb.cells)
    assert "A person will look" in student
    assert "math&#46;isclose" in instructor or "math.isclose" in instructor
    assert "math.isclose" not in student
    students_view(nb)
    assert [cell.source for cell in nb.cells] == [student, test]


def test_an_instructors_cell_of_an_earlier_grading_is_replaced() -> None:
    nb = new_notebook(cells=[new_code_cell("assert True", id="t")])
    found = Incident("integrity", "p1", "t", "math.isclose had been replaced.")
    resources = {"nbgrader": {"notebook": "p1"}, "batchgrader": {"incidents": [found]}}
    Notices()(nb, resources)
    Notices()(nb, resources)
    assert len(nb.cells) == 3
