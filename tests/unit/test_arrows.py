"""The arrows between the packages run one way: coursekit to batchgrader to nbgrader."""

import ast
import re
import sys
from pathlib import Path

import pytest

from coursekit.content.submissions import read_notebook

ROOT = Path(__file__).parents[2]
OURS = {"batchgrader", "coursekit", "fernhill"}
MAY_IMPORT = {
    "fernhill": set[str](),
    "batchgrader": set[str](),
    "coursekit": {"batchgrader"},
}
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)
GRADERS = {"nbgrader", "nbconvert", "nbclient", "nbformat"}


def imported(source: str) -> set[str]:
    """Top-level names of everything that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / "src" / package).rglob("*.py"))


def notebooks() -> list[Path]:
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    return lessons + sorted((ROOT / "source").glob("*/*.ipynb"))


def test_imports_are_found_wherever_they_are() -> None:
    source = "import a.b\ndef f():\n    from c.d import e\n    from . import g\n"
    assert imported(source) == {"a", "c"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_its_arrow_allows(package: str) -> None:
    found = modules(package)
    assert found
    for path in found:
        foreign = imported(path.read_text("utf-8")) & OURS - {package} - MAY_IMPORT[package]
        assert not foreign, f"{path.relative_to(ROOT)} imports {', '.join(foreign)}"


def test_the_world_knows_nothing_of_grading() -> None:
    for path in modules("fernhill"):
        assert not imported(path.read_text("utf-8")) & GRADERS, path.name


def test_packages_use_absolute_imports_so_that_arrows_can_be_read() -> None:
    for path in (path for package in OURS for path in modules(package)):
        relative = [
            node.lineno
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.level
        ]
        assert not relative, f"{path.relative_to(ROOT)}, line {relative}"


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: str(path.stem))
def test_a_notebook_imports_the_world_and_public_libraries_only(path: Path) -> None:
    for cell in read_notebook(path).cells:
        if cell.cell_type == "code":
            python = MAGIC.sub("", cell.source)
            forbidden = imported(python) & (OURS - {"fernhill"} | {"nbgrader"})
            assert not forbidden, f"cell {cell.id} imports {', '.join(forbidden)}"


def test_only_grading_and_its_helpers_use_nbgraders_converters() -> None:
    users = {
        path.name
        for path in modules("coursekit")
        if "nbgrader.converters" in path.read_text("utf-8")
    }
    assert users == {"converters.py", "grader.py"}


def test_the_standard_library_is_not_shadowed_by_a_module_of_ours() -> None:
    for package in OURS:
        assert not {path.stem for path in modules(package)} & sys.stdlib_module_names - {
            "__main__",
            "__init__",
        }
