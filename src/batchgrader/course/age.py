"""The age of a gradebook: nbgrader keeps it as a revision, and can read its own alone."""

from collections.abc import Sequence
from functools import cache

import nbgrader.api
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import text
from sqlalchemy.engine import Engine

from batchgrader.failures import StoppedEarly


def check_age(engine: Engine, tables: Sequence[str]) -> None:
    """Raise StoppedEarly where a gradebook is older or newer than this nbgrader."""
    found = "none"
    if "alembic_version" in tables:
        with engine.connect() as connection:
            found = str(connection.execute(text("SELECT * FROM alembic_version")).scalar())
    wanted = _revision()
    if found == wanted:
        return
    known = {script.revision for script in _scripts().walk_revisions()}
    if found == "none" or found in known:
        raise StoppedEarly(
            f"The gradebook was made by an older nbgrader (revision {found}, needed {wanted}): "
            "make a copy of it, then run `nbgrader db upgrade`."
        )
    raise StoppedEarly(
        f"The gradebook was made by a newer nbgrader (revision {found}, known {wanted}): "
        "install that version of nbgrader, or move the gradebook away to begin a new one."
    )


@cache
def _scripts() -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", ALEMBIC_DIR)
    return ScriptDirectory.from_config(config)


@cache
def _revision() -> str:
    return str(_scripts().get_current_head())


# nbgrader asks the command `alembic`, which costs seconds and must be on the PATH.
nbgrader.api.get_alembic_version = _revision
