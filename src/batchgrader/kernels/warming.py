"""Fills caches that are the same in every process, so that kernels need not; ``preload`` calls it.

Nothing here may change what a notebook sees. Only what is loaded already is warmed.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any


def warm(shell: Any) -> None:
    """Draw, show and explain something once."""
    for filling in (_figure, _table, _traceback_of(shell), _cell_of(shell), _mappers, _packages):
        with contextlib.suppress(Exception):
            filling()


def _figure() -> None:
    """Find the fonts, and draw with them."""
    if "matplotlib.figure" in sys.modules and "matplotlib.backends.backend_agg" in sys.modules:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure()
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], label="a")
        axes.set_title("a")
        axes.legend()
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _table() -> None:
    """Show a table as text and as a page."""
    if "pandas" in sys.modules:
        import pandas as pd

        frame = pd.DataFrame({"a": [1.5], "b": ["c"]})
        frame.to_html(notebook=True)
        repr(frame)


def _traceback_of(shell: Any) -> Callable[[], None]:
    def explain() -> None:
        """Explain an error, for which source code is parsed and coloured."""
        try:
            raise ValueError("for nothing")
        except ValueError as error:
            shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__, 0)

    return explain


def _cell_of(shell: Any) -> Callable[[], None]:
    def read() -> None:
        """Read a cell as IPython does."""
        shell.transform_cell("%matplotlib inline\nx = 1\nx")
        shell.display_formatter.format(0)

    return read


def _mappers() -> None:
    """Have SQLAlchemy work out how classes and tables belong together."""
    if "sqlalchemy.orm" in sys.modules:
        import sqlalchemy.orm

        sqlalchemy.orm.configure_mappers()


def _packages() -> None:
    """Have MLflow find out which package each module comes from."""
    module: Any = sys.modules.get("mlflow.utils.requirements_utils")
    if module is not None:
        module._init_modules_to_packages_map()
