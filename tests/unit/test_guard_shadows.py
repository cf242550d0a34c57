"""Which files of a submission are left out of its folder."""

from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from batchgrader.execution.shadows import foreign


@pytest.mark.parametrize(
    "path",
    [
        "random.py",
        "pandas.py",
        "numpy/__init__.py",
        "numpy/testing.py",
        f"math{EXTENSION_SUFFIXES[0]}",
        "sitecustomize.py",
        "usercustomize.py",
        "lib/conftest.py",
        "extra.pth",
        "ipython_config.py",
        ".ipython/profile_default/startup/first.py",
        "kernels/python3/kernel.json",
    ],
)
def test_what_would_take_the_place_of_something_installed_is_left_out(path: str) -> None:
    assert foreign([path, "answers.csv"]) == [path]


@pytest.mark.parametrize(
    "path",
    ["helper_of_mine.py", "helpers_of_mine/random.py", "data/random.csv", "numpy/x.csv", "random"],
)
def test_a_students_own_files_stay(path: str) -> None:
    assert foreign([path]) == []


def test_the_instructor_may_replace_what_they_like() -> None:
    assert foreign(["random.py", "conftest.py"], given=["random.py"]) == ["conftest.py"]
