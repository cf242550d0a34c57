"""Who asks for a frame is told apart: a notebook, or a library for its own ends."""

import inspect
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from batchgrader.guarding.askers import asking_notebook
from batchgrader.guarding.libraries import Libraries

LIBRARIES = Libraries()
NAMES = ("sys._getframe", "object.__getattr__")
ATTRIBUTES = ("tb_frame", "gi_frame", "cr_frame")

_askers: list[FrameType | None] = []
_listens: list[bool] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in NAMES and _listens:
        name = "_getframe" if event == NAMES[0] else arguments[1]
        if name == "_getframe" or name in ATTRIBUTES:
            _listens.clear()  # for to ask for a frame here is such an event as well
            _askers.append(asking_notebook(sys._getframe(1), name, LIBRARIES))
            _listens.append(True)


sys.addaudithook(_hook)


def asked_by(source: str) -> set[str]:
    """The names of the functions of a notebook that get a frame when its code runs."""
    code = compile(source, "/tmp/ipykernel_1/1.py", "exec")
    space = {"inspect": inspect, "logging": logging, "sys": sys, "traceback": traceback}
    _askers.clear()
    _listens.append(True)
    try:
        exec(code, space)
    finally:
        _listens.clear()
    return {frame.f_code.co_name for frame in _askers if frame is not None}


TAKES = "def takes():\n    {}\ntakes()\n"


@pytest.mark.parametrize(
    "line",
    [
        "return sys._getframe(1).f_locals",
        "frame = sys._getframe()",
        "return inspect.currentframe().f_back",
        "return inspect.stack()",
        "return logging.currentframe()",
        "return list(traceback.walk_stack(None))",
        "return list(map(sys._getframe, [1]))",
    ],
)
def test_a_notebook_that_gets_a_frame_is_found(line: str) -> None:
    assert asked_by(TAKES.format(line)) == {"takes"}


def test_a_frame_of_a_traceback_or_a_generator_is_one() -> None:
    lines = "try:\n        1 / 0\n    except Exception as error:\n        {}"
    assert asked_by(TAKES.format(lines.format("return error.__traceback__.tb_frame"))) == {"takes"}
    lines = "running = (0 for _ in ())\n    return running.gi_frame.f_back"
    assert asked_by(TAKES.format(lines)) == {"takes"}


@pytest.mark.parametrize(
    "line",
    [
        "return logging.getLogger('x').error('no', stack_info=True, stacklevel=2)",
        "return traceback.format_stack(), traceback.extract_stack()",
        "import collections; return collections.namedtuple('Pair', 'a b')",
        "import warnings; warnings.catch_warnings().__enter__(); warnings.warn('x')",
        "import typing; return typing.TypeVar('T')",
        "return sys._getframe().f_code.co_name",
        "return inspect.currentframe().f_code.co_name, sys._getframe(1).f_lineno",
        "return inspect.stack()[0][3], inspect.stack()[0].function",
    ],
)
def test_a_library_that_keeps_a_frame_and_a_name_alone_are_none(line: str) -> None:
    with pytest.warns() if "warn" in line else pytest.MonkeyPatch.context():
        assert asked_by(TAKES.format(line)) == set()


def test_what_nobody_in_a_thread_asks_for_by_name_is_found() -> None:
    found: list[FrameType | None] = []

    def ask(frame: FrameType) -> None:
        found.append(asking_notebook(frame.f_back, "get_objects", LIBRARIES))

    thread = threading.Thread(target=lambda: ask(sys._getframe()))
    thread.start()
    thread.join()
    assert found != [None]


def test_code_is_a_librarys_if_it_is_in_the_file_that_it_names() -> None:
    compiled: Callable[..., Any] = compile
    assert LIBRARIES.have(logging.getLogger.__code__)
    assert LIBRARIES.have(inspect.currentframe.__code__)
    assert not LIBRARIES.have(compiled("x = 1", logging.__file__, "exec"))
    assert not LIBRARIES.have(compiled("x = 1", "/tmp/ipykernel_1/1.py", "exec"))
    assert not LIBRARIES.have(compiled("x = 1", logging.__file__ + "/../no.py", "exec"))
