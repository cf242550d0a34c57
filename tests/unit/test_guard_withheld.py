"""While a test runs its text is nowhere; before and after it, IPython finds all as ever."""

import ast
import linecache
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from batchgrader.guarding.withheld import Withheld

TEST = "expected = 6\nassert double(3) == expected"


def nobody() -> None:
    """Give no line to anybody."""


@pytest.fixture
def shell() -> Iterator[Any]:
    kind: Any = InteractiveShell
    made = kind()
    made.history_manager.enabled = False
    yield made
    made.restore_sys_module_state()


def withheld(shell: Any, code: str = TEST) -> Withheld:
    made = Withheld.of(shell, code, nobody)
    assert made is not None
    return made


def test_the_lines_are_hidden_until_they_are_shown(shell: Any) -> None:
    test = withheld(shell)
    name = test.named(1)
    assert name == shell.compile.get_code_name(TEST, TEST + "\n", 1)
    assert linecache.getlines(name) == []
    test.show()
    assert linecache.getlines(name) == ["expected = 6\n", "assert double(3) == expected\n"]
    test.hide()
    assert linecache.getlines(name) == []


def test_a_tree_of_stubs_says_nothing_and_each_gives_its_statement_once(shell: Any) -> None:
    test = withheld(shell)
    tree = test.stubs(lambda tree: tree)
    assert [type(each) for each in tree.body] == [ast.Assign, ast.Pass]
    assert "6" not in ast.dump(tree)
    first, second = (test.compiled(stub, "cell", "exec") for stub in tree.body)
    assert (first.co_consts[0], "double" in second.co_names) == (6, True)
    assert "double" not in test.compiled(ast.Pass(lineno=1, col_offset=0), "cell", "exec").co_names


def test_the_code_of_a_test_is_known_and_its_twin_is_not(shell: Any) -> None:
    test = withheld(shell, "f = lambda: 1")
    (stub,) = test.stubs(lambda tree: tree).body
    code = test.compiled(stub, "cell", "exec")
    inner = next(each for each in code.co_consts if isinstance(each, type(code)))
    assert test.owns(code)
    assert test.owns(inner)
    assert not test.owns(compile("f = lambda: 1", "cell", "exec"))


def test_ipython_remembers_a_test_as_any_cell(shell: Any) -> None:
    history, test = shell.history_manager, withheld(shell)
    test.named(1)
    history.store_inputs(1, test.stand_in, test.stand_in)
    assert TEST not in (history.input_hist_raw[-1], history._i00, shell.user_ns["_i1"])
    test.restore()
    assert (history.input_hist_raw[-1], history.input_hist_parsed[-1]) == (TEST, TEST)
    assert (history._i00, shell.user_ns["_i1"]) == (TEST, TEST)
    assert history.db_input_cache[-1] == (1, TEST, TEST)


@pytest.mark.parametrize(
    ("code", "stands"),
    [("1", "pass"), ("1;", "pass;"), ("1; # two", "pass;"), ("await f()", "await None")],
)
def test_the_stand_in_is_treated_as_the_test_would_be(shell: Any, code: str, stands: str) -> None:
    assert withheld(shell, code).stand_in.splitlines()[1:] == [stands]


@pytest.mark.parametrize("code", ["", " \n", "def (:", "exit"])
def test_what_runs_no_code_goes_its_own_way(shell: Any, code: str) -> None:
    assert Withheld.of(shell, code, nobody) is None


def test_the_line_that_ipython_keeps_of_short_cells_is_put_back(shell: Any) -> None:
    shell.transform_cell("x = 1")
    test = withheld(shell, "assert double(3) == 6")
    assert "double" not in shell._last_input_line
    test.restore()
    assert "double" in shell._last_input_line
