"""The data dictionary as a page: ``python -m fernhill.dictionary`` writes it into ``docs/``."""

import sys
from pathlib import Path

from fernhill.columns import DATA_DICTIONARY, GAIN, LOSS, Column

PAGE = Path("docs") / "data_dictionary.md"
USES = {
    "feature": "yes",
    "sensitive": "no: sensitive; for checking fairness only",
    "identifier": "no: it identifies",
    "time": "no: for ordering, splitting and joining",
    "label": "it is the label",
}
TOP = f"""\
# Data dictionary: Fernhill's applications

One row is one application. `python -m fernhill.dictionary` writes this page from
`src/fernhill/columns.py`; edit that file, not this one.

Fernhill earns {GAIN:.0f} euros, on average, on a loan that is paid back, and loses {LOSS:.0f} on
one that is not.

| column | meaning | unit | type | allowed values | may a model use it? |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page in Markdown."""
    return TOP + "".join(_row(name, column) for name, column in DATA_DICTIONARY.items())


def _row(name: str, column: Column) -> str:
    cells = [f"`{name}`", column.meaning, column.unit or "none", column.type]
    return f"| {' | '.join([*cells, _allowed(column), USES[column.use]])} |\n"


def _allowed(column: Column) -> str:
    """The range or the categories, for a reader."""
    if column.categories:
        return ", ".join(f"`{category}`" for category in column.categories)
    if column.low is None or column.high is None:
        return "any"
    return f"{column.low:,.0f} to {column.high:,.0f}"


def main() -> None:
    """Write the page, in the folder of the course."""
    if not PAGE.parent.is_dir():
        sys.exit(f"There is no folder {PAGE.parent} here; run this in the folder of the course.")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
