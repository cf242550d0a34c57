"""What a test cell scores once its outputs say the truth: judged by nbgrader's own rule."""

from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from batchgrader.jobs import Incident
from batchgrader.marking.scores import SettleScores, ends_in_result, judge

POINTS = 5
ERROR = new_output("error", ename="AssertionError", evalue="wrong", traceback=["wrong"])
WARNING = new_output("stream", name="stderr", text="UserWarning: beware\n")
PRINTED = new_output("stream", name="stdout", text="checks passed\n")


def result(text: Any, **more: Any) -> Any:
    data = {} if text is None else {"text/plain": text}
    return new_output("execute_result", data=data | more, execution_count=3)


def made_cell(*outputs: NotebookNode, source: str = "score", **marks: Any) -> Any:
    nbgrader: dict[str, Any] = {"grade": True, "solution": False, "locked": True, "task": False}
    nbgrader |= {"grade_id": "mean-test", "points": POINTS, "schema_version": 3} | marks
    copies = [nbformat.from_dict(dict(output)) for output in outputs]
    return new_code_cell(source, outputs=copies, execution_count=3, metadata={"nbgrader": nbgrader})


def settle(cell: NotebookNode, **notes: Any) -> list[Incident]:
    resources: dict[str, Any] = {"nbgrader": {"notebook": "p1"}}
    resources["batchgrader"] = {"incidents": [], **notes}
    SettleScores()(new_notebook(cells=[cell]), resources)
    nbformat.validate(new_notebook(cells=[cell]))
    incidents: list[Incident] = resources["batchgrader"]["incidents"]
    return incidents


def score(cell: NotebookNode, **notes: Any) -> float | None:
    settle(cell, **notes)
    points: float | None = determine_grade(cell)[0]
    return points


def shown(cell: NotebookNode) -> str:
    return " ".join(
        output.data.get("text/plain", "")
        for output in cell.outputs
        if output.output_type == "display_data"
    )


@pytest.mark.parametrize(
    ("outputs", "points"),
    [
        ((), POINTS),
        ((PRINTED,), POINTS),
        ((ERROR,), 0),
        ((PRINTED, ERROR), 0),
        ((WARNING,), 0),
        ((result("3"),), 3),
        ((result("0"),), 0),
        ((result("2.5"),), 2.5),
        ((result("5"),), POINTS),
        ((PRINTED, result("'passed'")), POINTS),
        ((result("True"),), POINTS),
        ((WARNING, result("3")), 0),
        ((result("3"), WARNING), 3),
    ],
)
def test_ordinary_outputs_score_as_in_nbgrader_and_keep_their_outputs(
    outputs: tuple[NotebookNode, ...], points: float
) -> None:
    stock, ours = made_cell(*outputs), made_cell(*outputs)
    assert score(ours) == determine_grade(stock)[0] == points
    assert ours.outputs[: len(outputs)] == stock.outputs


@pytest.mark.parametrize("first", ["5", "'passed'", "<Figure>"])
def test_an_error_outweighs_an_earlier_result_which_is_still_shown(first: str) -> None:
    cell = made_cell(result(first), ERROR)
    assert determine_grade(cell)[0] == POINTS
    assert score(cell) == 0
    assert shown(cell) == first


def test_a_test_that_was_never_run_scores_nothing_and_says_so() -> None:
    cell = made_cell()
    cell.execution_count = None
    assert determine_grade(cell)[0] == POINTS
    (incident,) = settle(cell)
    assert determine_grade(cell)[0] == 0
    assert (incident.kind, incident.cell, incident.notebook) == ("not-run", "mean-test", "p1")


def test_an_empty_test_and_one_that_nobody_meant_to_run_score_as_in_nbgrader() -> None:
    empty, kept = made_cell(source=" \n"), made_cell()
    empty.execution_count = kept.execution_count = None
    assert score(empty) == POINTS
    assert score(kept, executed=False) == POINTS


@pytest.mark.parametrize(
    ("text", "points", "said"),
    [
        ("7", POINTS, "more than it is worth; it counts as 5"),
        ("1e300", POINTS, "more than it is worth"),
        ("-2", 0, "no test scores below 0"),
        ("nan", 0, "no number of points"),
        ("inf", 0, "no number of points"),
        ("-inf", 0, "no number of points"),
        ("1e999", 0, "no number of points"),
        ("np.float64(2.5)", 2.5, "it counts as 2.5 of 5 points"),
        ("np.int64(0)", 0, "it counts as 0 of 5 points"),
        ("np.float32(7.0)", POINTS, "more than it is worth"),
        ("np.float64(nan)", 0, "no number of points"),
        ("np.float64(-inf)", 0, "no number of points"),
    ],
)
def test_a_number_that_is_no_partial_credit_is_decided_shown_and_explained(
    text: str, points: float, said: str
) -> None:
    cell = made_cell(result(text))
    (incident,) = settle(cell)
    assert determine_grade(cell) == (points, POINTS)
    assert incident.kind == "score"
    assert said in incident.text
    assert text in shown(cell)
    assert incident.text in shown(cell)


@pytest.mark.parametrize(
    "text", ["np.array([1, 2])", "np.str_('5')", "np.float64(2.5)x", "np.True_"]
)
def test_what_only_looks_like_a_number_of_numpy_is_a_display(text: str) -> None:
    assert score(made_cell(result(text))) == POINTS


@pytest.mark.parametrize("output", [result(None, **{"text/html": "<b>x</b>"}), result("")])
def test_a_result_without_text_is_shown_and_costs_nothing(output: NotebookNode) -> None:
    stock, cell = made_cell(output), made_cell(output)
    with pytest.raises(KeyError):
        determine_grade(stock)
    (incident,) = settle(cell)
    assert determine_grade(cell)[0] == POINTS
    assert cell.outputs[0].data == output.data
    assert incident.text in shown(cell)


@pytest.mark.parametrize("data", [5, None, ["3"], {"text/plain": None}, {"text/plain": {"a": 1}}])
def test_a_forged_result_stops_nothing(data: Any) -> None:
    cell = made_cell()
    cell.outputs = [nbformat.from_dict({"output_type": "execute_result", "data": data})]
    nb = new_notebook()
    nb.cells = [cell]
    SettleScores()(nb, {"nbgrader": {"notebook": "p1"}})
    assert determine_grade(cell)[0] == POINTS


def test_text_in_a_list_of_lines_is_read_as_one_text() -> None:
    assert score(made_cell(result(["2", ".5\n"]))) == 2.5


def test_points_may_be_written_as_text() -> None:
    assert score(made_cell(result("7"), points="5")) == POINTS


def test_of_several_results_the_last_counts() -> None:
    cell = made_cell(result("5"), result("1"))
    assert determine_grade(cell)[0] == POINTS
    (incident,) = settle(cell)
    assert determine_grade(cell)[0] == 1
    assert "the last one counts" in incident.text


def test_a_result_of_a_test_that_ends_without_one_is_not_its_score() -> None:
    cell = made_cell(result("0"), source="double(0)\nassert double(2) == 4")
    assert determine_grade(cell)[0] == 0
    (incident,) = settle(cell)
    assert determine_grade(cell)[0] == POINTS
    assert "does not count as its score" in incident.text


def test_a_forged_result_does_not_hide_standard_error() -> None:
    cell = made_cell(result("5"), WARNING, source="assert double(2) == 4")
    assert determine_grade(cell)[0] == POINTS
    assert score(cell) == 0


def test_results_in_another_language_than_python_are_not_second_guessed() -> None:
    cell = made_cell(result("2"), source="x = 3")
    nb = new_notebook(cells=[cell], metadata={"language_info": {"name": "R"}})
    SettleScores()(nb, {"nbgrader": {"notebook": "p1"}})
    assert determine_grade(cell)[0] == 2


def test_a_test_worth_nothing_is_left_without_a_word_and_scores_nothing() -> None:
    cell = made_cell(result("3"), points=0)
    with pytest.raises(ValueError, match="partial credit"):
        determine_grade(cell)
    assert settle(cell) == []
    assert determine_grade(cell) == (0, 0)


def test_a_test_that_lost_its_points_to_standard_error_explains_what_to_do() -> None:
    cell = made_cell(PRINTED, WARNING)
    (incident,) = settle(cell)
    assert incident.kind == "stderr"
    assert "mend what it warns of" in cell.outputs[-1].data["text/markdown"]
    assert cell.outputs[:2] == [PRINTED, WARNING]


def test_standard_error_beside_an_error_needs_no_explanation() -> None:
    cell = made_cell(WARNING, ERROR)
    assert settle(cell) == []
    assert cell.outputs == [WARNING, ERROR]


def test_standard_error_after_the_result_costs_nothing_and_needs_no_explanation() -> None:
    cell = made_cell(result("3"), WARNING)
    assert settle(cell) == []
    assert len(cell.outputs) == 2


def test_answers_tasks_and_plain_cells_are_left_alone() -> None:
    manual = made_cell(result("7"), result("nan"), solution=True)
    readonly = made_cell(result("7"), ERROR, grade=False)
    plain = new_code_cell("7", outputs=[result("7"), ERROR])
    written = new_markdown_cell("words", metadata=manual.metadata)
    task = new_markdown_cell("task", metadata=made_cell(grade=False, task=True).metadata)
    nb = new_notebook(cells=[manual, readonly, plain, written, task])
    before = nbformat.writes(nb)
    SettleScores()(nb, {"nbgrader": {"notebook": "p1"}})
    assert nbformat.writes(nb) == before


@pytest.mark.parametrize(
    ("source", "ends"),
    [
        ("score", True),
        ("check()\nround(score, 1)", True),
        ("%time score", True),
        ("score = 1", False),
        ("score\nprint('passed')", False),
        ("for x in range(3):\n    x", False),
        ("# nothing", False),
        (r"pattern = '\d'", False),
    ],
)
def test_whether_a_python_test_ends_in_a_result(source: str, ends: bool) -> None:
    assert ends_in_result(source) is ends


def test_no_sentence_promises_a_number_that_nbgrader_would_refuse() -> None:
    for text in ("-0.0", "5.0", "0", "1_0", " 3 ", "٣", "9" * 400, "5.000001"):
        verdict = judge(text, POINTS)
        assert 0 <= (float(text) if verdict.points is None else verdict.points) <= POINTS
