"""Lets nbgrader's own tests grade with ours: a pytest plug-in that upstream_suites.py loads.

nbgrader's command line and its formgrader each read a global for the class that grades; here both
are another class for the whole process. The tests themselves are untouched.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import nbgrader.api
import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import pytest
from traitlets import Bool

STOCK = "nbgrader.converters:Autograde"
GLOBALS = (nbgrader.apps.autogradeapp, nbgrader.apps.api)

# Tests that hold to what stock does with a submission that cannot be graded, and why ours does
# something else by default. They are run with the two settings that make ours do as stock does.
AS_STOCK = {
    "test_handle_failure": "expects that a failed submission leaves no graded notebook",
    "test_handle_failure_single_notebook": "expects that a failed notebook leaves none",
    "test_missing_source_kernelspec": "expects that an unknown kernel leaves no graded notebook",
    "test_incorrect_source_kernelspec": "expects that an unknown kernel leaves no graded notebook",
}


class _Counter:
    """How often the tests have asked the class to grade."""

    runs = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance")
    group.addoption("--grader", default=STOCK, help="the class that grades, as module:name")
    group.addoption("--part", default="1/1", help="run one part of the tests, such as 2/3")


def pytest_configure(config: pytest.Config) -> None:
    grader = _counted(_load(config.getoption("--grader")))
    _grade_with(grader)
    # A new database asks the command `alembic` for a constant, which takes a second each time.
    revision = nbgrader.api.get_alembic_version()
    nbgrader.api.get_alembic_version = lambda: revision


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the tests out to the parts one by one, so that slow neighbours are in different ones."""
    part, parts = map(int, config.getoption("--part").split("/"))
    ours = items[part - 1 :: parts]
    config.hook.pytest_deselected(items=[item for item in items if item not in ours])
    items[:] = ours


@pytest.fixture(autouse=True)
def _as_stock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set ours to do as stock for the tests in the table."""
    usual = nbgrader.apps.autogradeapp.Autograde
    if request.node.name in AS_STOCK and "keep_failed" in usual.class_trait_names():
        settings = {name: Bool(False).tag(config=True) for name in ("keep_failed", "rebuild")}
        _grade_with(type(usual.__name__, (usual,), settings))
    yield
    _grade_with(usual)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    name = config.getoption("--grader").partition(":")[2]
    terminalreporter.write_line(f"{name} was started {_Counter.runs} times")


def _grade_with(grader: type[Any]) -> None:
    for module in GLOBALS:
        module.Autograde = grader


def _load(path: str) -> type[Any]:
    module, _, name = path.partition(":")
    found: type[Any] = getattr(import_module(module), name)
    return found


def _counted(grader: type[Any]) -> type[Any]:
    def start(self: Any) -> None:
        _Counter.runs += 1
        grader.start(self)

    return type(grader.__name__, (grader,), {"start": start})
