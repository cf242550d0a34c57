"""Hidden tests stay hidden in feedback: their source, and everything that quotes it."""

import html
import json
from typing import Any

import nbformat
import pytest
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import GetGrades
from traitlets.config import Config

from batchgrader.marking.feedback import LEFT_OUT, HideHiddenTests, enable
from batchgrader.marking.masking import HIDDEN

SECRET = "assert mean([1, 2, 6]) == 3, 'Use all \"values\".'"
SOURCE = f"""assert mean([2]) == 2
### BEGIN HIDDEN TESTS
{SECRET}

    # the end
### END HIDDEN TESTS
print("passed")"""
RED, PLAIN = "\x1b[38;5;28;01m", "\x1b[39;00m"
COLOURED = SECRET.replace("assert", f"{RED}assert{PLAIN}").replace("6", f"{RED}6{PLAIN}")
MARKER = f"      2 {RED}### BEGIN HIDDEN TESTS{PLAIN}"
TRACEBACK = [
    f"{RED}---------------{PLAIN}",
    f"Cell {RED}In[3], line 3{PLAIN}\n{MARKER}\n{RED}----> 3{PLAIN} {COLOURED}",
    f'{RED}AssertionError{PLAIN}: Use all "values".',
]


def error(traceback: list[str]) -> Any:
    message = 'Use all "values".'
    return new_output("error", ename="AssertionError", evalue=message, traceback=traceback)


def printed(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


def locked(source: str, *outputs: NotebookNode, grade: bool = True) -> Any:
    marks = {"grade": grade, "solution": False, "locked": True, "task": False, "grade_id": "t"}
    return new_code_cell(source, outputs=list(outputs), metadata={"nbgrader": marks})


def hide(*cells: NotebookNode, config: Config | None = None) -> Any:
    nb = new_notebook(cells=list(cells))
    resources = {"nbgrader": {"assignment": "ps1", "notebook": "p1"}}
    nb, _ = HideHiddenTests(config=config or Config())(nb, resources)
    nbformat.validate(nb)
    return nb


def test_hidden_source_gives_place_to_a_line_that_counts_it() -> None:
    (cell,) = hide(locked(SOURCE)).cells
    assert cell.source == (
        'assert mean([2]) == 2\n### 2 lines of hidden tests stood here.\nprint("passed")'
    )


def test_a_notebook_without_hidden_tests_stays_as_it_is() -> None:
    cell = locked("assert mean([2]) == 2", error(TRACEBACK), printed("\x1b[31mred\x1b[39m"))
    before = nbformat.writes(new_notebook(cells=[cell]))
    assert nbformat.writes(hide(cell)) == before


def test_each_hidden_part_of_a_cell_is_cut_and_keeps_its_indent() -> None:
    source = "if x:\n    // BEGIN HIDDEN TESTS\n    a\n    // END HIDDEN TESTS\n" * 2
    (cell,) = hide(locked(source)).cells
    assert cell.source == "\n".join(["if x:", "    // 1 line of hidden tests stood here."] * 2)


def test_a_hidden_part_without_an_end_goes_to_the_end_of_the_cell() -> None:
    (cell,) = hide(locked(f"x = 1\n# BEGIN HIDDEN TESTS\n{SECRET}\n{SECRET}")).cells
    assert cell.source == "x = 1\n# 2 lines of hidden tests stood here."


def test_hidden_parts_of_a_locked_cell_without_points_are_cut_too() -> None:
    (cell,) = hide(locked(SOURCE, grade=False)).cells
    assert SECRET not in cell.source


def test_markers_in_a_cell_of_the_student_cut_nothing() -> None:
    (cell,) = hide(new_code_cell(SOURCE)).cells
    assert cell.source == SOURCE


def test_a_traceback_in_a_cell_with_hidden_tests_is_cut_to_its_message() -> None:
    visible = ["---------", "----> 1 assert mean([2]) == 2\n", "AssertionError: Use"]
    for traceback in (TRACEBACK, visible):
        tested = locked(SOURCE, error(traceback))
        tested.execution_count = 3
        (cell,) = hide(tested).cells
        assert cell.outputs[0].traceback == ['AssertionError: Use all "values".', LEFT_OUT]


def test_a_cut_traceback_still_names_the_place_in_the_answer() -> None:
    frames = ["Cell In[3], line 5", "Cell In[2], line 4, in mean(values)\n----> 4     0 / 0"]
    cell = locked(SOURCE, error([*TRACEBACK[:2], *frames, TRACEBACK[2]]))
    cell.execution_count = 3
    traceback = hide(cell).cells[0].outputs[0].traceback
    assert traceback[1] == "The last line of an open cell: Cell In[2], line 4, in mean(values)"
    assert len(traceback) == 3


def test_what_the_grader_says_of_a_cell_with_hidden_tests_stays() -> None:
    said = new_output("error", ename="NotRun", evalue="Not run.", traceback=["Not run."])
    (cell,) = hide(locked(SOURCE, said)).cells
    assert cell.outputs[0].traceback == ["Not run."]


def test_a_traceback_of_another_cell_is_cut_where_it_quotes_a_hidden_test() -> None:
    own = ["---------", "----> 1 mean([])\n", "ZeroDivisionError: division by zero"]
    quoting, plain = new_code_cell("check()"), new_code_cell("mean([])")
    quoting.outputs, plain.outputs = [error(TRACEBACK)], [error(own)]
    tested = locked(SOURCE)
    tested.execution_count = 3
    nb = hide(tested, quoting, plain)
    assert nb.cells[1].outputs[0].traceback == ['AssertionError: Use all "values".', LEFT_OUT]
    assert nb.cells[2].outputs[0].traceback == own


@pytest.mark.parametrize(
    "text",
    [
        SOURCE,
        COLOURED,
        repr([SOURCE]),
        json.dumps([SOURCE]),
        html.escape(SOURCE),
        html.escape(SOURCE, quote=False),
        f"/tmp/ipykernel_1/2.py:3: UserWarning: beware\n  {SECRET}\n",
    ],
)
def test_text_that_quotes_a_hidden_test_loses_it(text: str) -> None:
    spy = new_code_cell("print(In)")
    shown = new_output("execute_result", {"text/plain": text, "text/html": f"<pre>{text}</pre>"})
    failed = new_output("error", ename="E", evalue=text, traceback=[text])
    spy.outputs = [printed(text), printed(text, "stderr"), shown, failed]
    said = nbformat.writes(hide(locked(SOURCE), spy))
    assert "mean([1, 2, 6])" not in said
    assert said.count(HIDDEN) >= 4


def test_lines_that_stand_in_the_open_elsewhere_are_no_secret() -> None:
    test = locked(f"# BEGIN HIDDEN TESTS\nmean = np.mean\n{SECRET}\n# END HIDDEN TESTS")
    setup = new_code_cell("mean = np.mean", outputs=[printed("mean = np.mean")])
    assert hide(setup, test).cells[0].outputs == [printed("mean = np.mean")]


def test_a_line_that_is_part_of_another_does_not_save_the_rest_of_it() -> None:
    hidden = "# BEGIN HIDDEN TESTS\nmean([4])\nassert mean([4]) == 4\n# END HIDDEN TESTS"
    spy = new_code_cell("print(In[1])", outputs=[printed(hidden)])
    assert hide(locked(hidden), spy).cells[1].outputs[0].text.splitlines()[1:3] == [HIDDEN] * 2


def test_lines_that_stand_in_any_program_are_no_secret() -> None:
    lines = ["import numpy as np", "except ValueError as error:", "return result", "x = 12"]
    hidden = "\n".join(["# BEGIN HIDDEN TESTS", *lines, SECRET, "# END HIDDEN TESTS"])
    own = new_code_cell("mean([])", outputs=[error([f"----> 1 {line}" for line in lines])])
    assert len(hide(own, locked(hidden)).cells[0].outputs[0].traceback) == len(lines)


def test_what_a_hidden_test_prints_for_the_student_is_shown() -> None:
    (cell,) = hide(locked(SOURCE, printed("2 of 3 samples are right.\n"))).cells
    assert cell.outputs == [printed("2 of 3 samples are right.\n")]


@pytest.mark.parametrize(("reveal", "cut"), [(["ps1"], False), (["*"], False), (["ps2"], True)])
def test_assignments_can_be_revealed(reveal: list[str], cut: bool) -> None:
    config = Config(HideHiddenTests={"reveal": reveal})
    (cell,) = hide(locked(SOURCE, error(TRACEBACK)), config=config).cells
    assert (SECRET not in cell.source) is cut
    assert (LEFT_OUT in cell.outputs[0].traceback) is cut


def test_the_markers_are_those_that_the_course_configures() -> None:
    config = Config(ClearHiddenTests={"begin_test_delimeter": "(((", "end_test_delimeter": ")))"})
    (cell,) = hide(locked(f"x = 1\n# (((\n{SECRET}\n# )))"), config=config).cells
    assert cell.source == "x = 1\n# 1 line of hidden tests stood here."


def steps(c: Config) -> list[Any]:
    found: list[Any] = GenerateFeedback(config=c).preprocessors
    return found


def test_enabling_adds_to_what_nbgrader_does() -> None:
    c = Config()
    enable(c)
    enable(c)
    assert steps(c) == [GetGrades, CSSHTMLHeaderPreprocessor, HideHiddenTests]


def test_enabling_keeps_what_the_instructor_set() -> None:
    c = Config()
    c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]
    enable(c)
    enable(c)
    assert steps(c) == ["nbgrader.preprocessors.GetGrades", HideHiddenTests]


def test_enabling_keeps_what_the_instructor_added() -> None:
    c = Config()
    c.GenerateFeedback.preprocessors.insert(0, "mine.Before")
    c.GenerateFeedback.preprocessors.append("mine.After")
    enable(c)
    enable(c)
    assert steps(c)[0] == "mine.Before"
    assert steps(c)[-2:] == ["mine.After", HideHiddenTests]


def test_enabling_sees_that_the_instructor_did_it_by_name() -> None:
    c = Config()
    c.GenerateFeedback.preprocessors.append("batchgrader.marking.feedback.HideHiddenTests")
    enable(c)
    assert steps(c)[2:] == ["batchgrader.marking.feedback.HideHiddenTests"]
