"""Asks the way that a test takes whether it still tells wrong from right; the guard asks before."""

import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

_FAILS = "assert len([{once!r}]) == 2, {once!r}"
_PASSES = "assert isinstance({once!r}, str) and sorted([2, 1]) == [1, 2] and not any([0])"


class Probe:
    """Runs two little tests through a shell, silently; the guard has one."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell

    def faults(self, source: str, once: str) -> Iterator[str]:
        """What passes that must fail, or fails that must pass, of what a source uses."""
        error = self._error(_FAILS.format(once=once))
        if not (isinstance(error, AssertionError) and error.args == (once,)):
            yield "a test that must fail"
        if self._error(_PASSES.format(once=once)) is not None:
            yield "a test that must pass"
        for name, wrong in _assertions():
            if name in source and not _raises(wrong):
                yield name

    def _error(self, source: str) -> BaseException | None:
        """The error that a line of code ends with on the way of a cell; nothing is shown."""
        shell = self._shell
        last = shell.last_execution_succeeded, shell.last_execution_result
        running = shell.run_cell_async(
            source, silent=True, store_history=False, transformed_cell=shell.transform_cell(source)
        )
        try:
            running.send(None)
        except StopIteration as stop:
            result = stop.value
            error: BaseException | None = result.error_before_exec or result.error_in_exec
            return error
        finally:
            running.close()
            shell.last_execution_succeeded, shell.last_execution_result = last
        return RuntimeError("the cell waits")


def _assertions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Calls of what tests assert with that must raise an AssertionError, by name."""
    numpy, pandas, pytest = map(sys.modules.get, ("numpy", "pandas", "pytest"))
    if numpy is not None and "numpy.testing" in sys.modules:
        testing = sys.modules["numpy.testing"]
        yield "assert_allclose", lambda: testing.assert_allclose(1.0, 2.0)
        yield "assert_array_equal", lambda: testing.assert_array_equal([1], [2])
        yield "assert_almost_equal", lambda: testing.assert_almost_equal(1.0, 2.0)
        yield "allclose", lambda: _must(not numpy.allclose(1.0, 2.0))
        yield "isclose", lambda: _must(not numpy.isclose(1.0, 2.0))
        yield "array_equal", lambda: _must(not numpy.array_equal([1], [2]))
    if pandas is not None and "pandas.testing" in sys.modules:
        frames = sys.modules["pandas.testing"]

        def made(value: int) -> Any:
            return pandas.DataFrame({"a": [value]})

        yield "assert_frame_equal", lambda: frames.assert_frame_equal(made(1), made(2))
        yield "assert_series_equal", lambda: frames.assert_series_equal(made(1).a, made(2).a)
        yield "equals", lambda: _must(not made(1).equals(made(2)))
    if pytest is not None:
        yield "approx", lambda: _must(pytest.approx(2.0) != 1.0)
    yield "isclose", lambda: _must(not math.isclose(1.0, 2.0))


def _must(holds: bool) -> None:
    """Raise an AssertionError where a comparison told wrong from right, as it must."""
    if holds:
        raise AssertionError


def _raises(wrong: Callable[[], Any]) -> bool:
    try:
        wrong()
    except AssertionError:
        return True
    except Exception:
        return False
    return False
