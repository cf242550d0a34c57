"""Endless and enormous output: the worker's memory, the cell's error, and the cells after it."""

import resource
import textwrap

import pytest
from small_jobs import kinds, outputs, run, settings

from batchgrader.jobs import Limits

SMALL = Limits(seconds=120, grace=2, output_bytes=100_000)
TRUNCATED = "... Output truncated ...\n"

LOOPS = {
    "print": "while True: print('x' * 1000)",
    "a word": "while True: print('x')",
    "stderr": "import sys\nwhile True: print('x' * 1000, file=sys.stderr)",
    "descriptor": "import os\nwhile True: os.write(1, b'x' * 1000)",
    "display": "while True: display('x' * 1000)",
    "clear": "from IPython.display import clear_output\n"
    "while True:\n    clear_output()\n    display('x' * 1000)",
    "update": "shown = display('x', display_id=True)\nwhile True: shown.update('x' * 1000)",
    "errors": "while True: get_ipython().showtraceback((ValueError, ValueError('x' * 1000), None))",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_with_output_costs_only_its_cell(loop: str) -> None:
    result = run("x = 1", LOOPS[loop], "x + 1", config=settings(timeout=2), limits=SMALL)
    shown = outputs(result)
    assert shown[1][-1] == "CellTimeoutError"
    assert shown[2] == ["2"]
    assert len(result.to_json()) < 2_000_000
    assert "cell-timeout" in kinds(result)


def test_a_loop_with_output_does_not_fill_the_memory_of_its_worker() -> None:
    run("1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run("while True: display('x' * 100_000)", config=settings(timeout=8), limits=SMALL)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 100_000  # kilobytes


def test_what_is_printed_is_kept_up_to_the_limit() -> None:
    result = run("for i in range(30): print(str(i) * 10_000, flush=True)", limits=SMALL)
    text = "".join(outputs(result)[0])
    assert text.startswith("0" * 10_000)
    assert text.endswith(TRUNCATED)
    assert 90_000 < len(text) < 110_000
    assert kinds(result) == ["output-cut"]
    assert result.failure is None


@pytest.mark.parametrize("size", [1_000_000, 30_000_000])
def test_one_enormous_output_is_cut(size: int) -> None:
    result = run("x = 1", f"print('x' * {size})", "x", limits=SMALL)
    assert outputs(result)[1][-1] == TRUNCATED
    assert outputs(result)[2] == ["1"]
    assert kinds(result) == ["output-cut"]


@pytest.mark.parametrize("show", ["print('x' * 300_000)", "print('x' * 30_000_000)"])
def test_a_flood_does_not_hide_the_error_after_it(show: str) -> None:
    result = run(f"{show}\n1 / 0", limits=SMALL)
    assert outputs(result)[0][-1] == "ZeroDivisionError"


def test_a_flood_of_other_errors_does_not_hide_the_last_one() -> None:
    flood = textwrap.dedent(
        """
        for i in range(1000):
            get_ipython().showtraceback((ValueError, ValueError('x' * 1000), None))
        1 / 0
        """
    )
    assert "ZeroDivisionError" in outputs(run(flood, limits=SMALL))[0]


def test_a_flood_does_not_hide_the_result_that_gives_partial_credit() -> None:
    assert outputs(run("print('x' * 300_000)\n0.5", limits=SMALL))[0][-1] == "0.5"


def test_a_flood_does_not_hide_that_something_was_written_to_stderr() -> None:
    result = run(
        "import sys, time\nprint('x' * 300_000, flush=True)\nprint('!', file=sys.stderr)",
        limits=SMALL,
    )
    assert "!\n" in outputs(result)[0]


def test_output_that_is_cleared_does_not_count() -> None:
    show = "from IPython.display import clear_output\nfor i in range(100):\n"
    show += "    clear_output(wait=True)\n    display('x' * 5_000)\ndisplay('the end')"
    result = run(show, limits=SMALL)
    assert outputs(result)[0][-1] == "'the end'"
    assert kinds(result) == []


def test_an_error_with_an_enormous_message_is_shortened() -> None:
    result = run("raise ValueError('x' * 500_000)", "1", limits=SMALL)
    assert outputs(result)[0][0] == "ValueError"
    assert outputs(result)[1] == ["1"]
    assert len(result.to_json()) < 300_000


def test_a_thread_that_prints_on_and_on_does_not_hold_up_the_cells_after_it() -> None:
    thread = textwrap.dedent(
        """
        import threading
        def chatter():
            while True: print('x' * 100, flush=True)
        threading.Thread(target=chatter, daemon=True).start()
        """
    )
    result = run(thread, "1 + 1", config=settings(timeout=20), limits=SMALL)
    assert "2" in outputs(result)[1]
    assert result.failure is None
