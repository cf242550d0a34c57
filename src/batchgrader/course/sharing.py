"""Lets all code in this process use the one gradebook of a run, and its one transaction."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session


class UnitSession(Session):
    """A session that leaves the commits of nbgrader's code to the end of a unit of work.

    ``spoiled`` is true where other code has rolled back what belongs to the unit.
    """

    in_unit = False
    spoiled = False

    def commit(self) -> None:
        """Commit, unless in a unit: it ends by itself."""
        if not self.in_unit:
            super().commit()

    def rollback(self) -> None:
        """Roll back; a unit of which a part is gone is not committed."""
        self.spoiled = self.in_unit
        super().rollback()

    def remove(self) -> None:
        """What nbgrader calls on a session that it thinks its own."""


@contextmanager
def shared(gradebook: Gradebook, db_url: str) -> Iterator[None]:
    """Give this gradebook to whoever asks for one of that address until the block ends.

    nbgrader's converters and preprocessors, and those of an instructor's configuration, each import
    the class by name and open a database of their own; a second writer would wait for the first.
    """
    address = _address(db_url)
    _in_use[address] = gradebook
    _replace(Gradebook, _give)
    try:
        yield
    finally:
        del _in_use[address]
        _replace(_give, Gradebook)


# Kept for the process, not for a run: a plug-in that is imported in the middle of a run holds on to
# the function for ever.
_in_use: dict[str, Gradebook] = {}


def _give(url: str, *arguments: Any, **options: Any) -> Gradebook:
    return _in_use.get(_address(url)) or Gradebook(url, *arguments, **options)


def _replace(old: Any, new: Any) -> None:
    for name, module in list(sys.modules.items()):
        if not name.startswith("batchgrader") and vars(module).get("Gradebook") is old:
            module.Gradebook = new  # type: ignore[attr-defined]


def _address(url: str) -> str:
    """One spelling of an address: that of an SQLite file may be relative."""
    try:
        address = make_url(url)
    except ArgumentError:
        return url
    if address.get_backend_name() == "sqlite" and address.database:
        return f"sqlite:///{os.path.realpath(address.database)}"
    return address.render_as_string(hide_password=False)
