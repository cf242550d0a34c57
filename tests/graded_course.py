"""What a graded course holds, in a form in which two gradings can be compared."""

import json
import re
import sqlite3
from itertools import groupby
from pathlib import Path
from typing import Any

# nbgrader's tables; those that a grader of another kind adds for itself are none of them.
TABLES = (
    "alembic_version", "assignment", "base_cell", "comment", "course", "grade", "grade_cells",
    "notebook", "solution_cells", "source_cell", "student", "submitted_assignment",
    "submitted_notebook", "task_cells",
)  # fmt: skip
NOTICE = "batchgrader-notices"

# A row that nbgrader adds whenever its preprocessors open the gradebook without a course.
PHANTOM = {"id": "default_course"}

# What differs between two runs of the same code, and stands for it.
MOVING = (
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "0x…"),
    (re.compile(r"(/tmp|/var/folders)/[^\s'\"\x1b:,)\]]+"), "/tmp/…"),
    (re.compile(r"\bipykernel_\d+\b"), "ipykernel_…"),
)


def rows(root: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of nbgrader's tables; ids that a grading invents are replaced by what they name."""
    with sqlite3.connect(root / "gradebook.db") as database:
        database.row_factory = sqlite3.Row
        found = {
            table: [dict(row) for row in database.execute(f"SELECT * FROM {table}")]
            for table in TABLES
        }
    database.close()
    names: dict[str, str] = {}
    for row in found["submitted_assignment"]:
        names[row["id"]] = f"{row['assignment_id']} of {row['student_id']}"
    for row in found["submitted_notebook"]:
        names[row["id"]] = f"{row['notebook_id']} in {names[row['assignment_id']]}"
    for table in ("grade", "comment"):
        for row in found[table]:
            names[row["id"]] = f"{row['cell_id']} in {names[row['notebook_id']]}"
    return {
        table: sorted(
            ({name: names.get(value, value) for name, value in row.items()} for row in each),
            key=lambda row: json.dumps(row, sort_keys=True),
        )
        for table, each in found.items()
    }


def auto_scores(root: Path, student: str) -> dict[str, float | None]:
    """What the machine gave for each graded cell of a student; None where it gave nothing."""
    query = """
        SELECT base_cell.name, grade.auto_score FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE submitted_assignment.student_id = ?
    """
    with sqlite3.connect(root / "gradebook.db") as database:
        found = dict(database.execute(query, [student]).fetchall())
    database.close()
    return found


def tables_of(root: Path) -> set[str]:
    """The names of all tables of a gradebook."""
    with sqlite3.connect(root / "gradebook.db") as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    database.close()
    return {name for (name,) in found}


def files(root: Path) -> dict[str, bytes]:
    """The graded files that are no notebooks, by path."""
    return {
        path: content
        for path, content in _graded(root).items()
        if not path.endswith((".ipynb", ".lock", ".log"))
    }


def permissions(root: Path) -> dict[str, str]:
    """The permission bits of all graded files, by path."""
    folder = root / "autograded"
    return {path: oct((folder / path).stat().st_mode & 0o777) for path in _graded(root)}


def notebooks(root: Path) -> dict[str, dict[str, Any]]:
    """The graded notebooks by path, without what moves and without notices."""
    return {
        path: _still(json.loads(content))
        for path, content in _graded(root).items()
        if path.endswith(".ipynb")
    }


def noticed(root: Path) -> set[str]:
    """The students whose graded notebooks have a notice to read."""
    return {
        path.split("/")[0]
        for path, content in _graded(root).items()
        if path.endswith(".ipynb") and NOTICE in content.decode("utf-8")
    }


def _graded(root: Path) -> dict[str, bytes]:
    folder = root / "autograded"
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {path: found[path] for path in sorted(found) if not path.startswith(".")}


def _still(content: dict[str, Any]) -> dict[str, Any]:
    cells = [cell for cell in content["cells"] if cell.get("id") != NOTICE]
    for cell in cells:
        cell["metadata"].pop("execution", None)  # when it ran
        for key in ("source", "outputs"):
            if key in cell:
                cell[key] = _without_moving(cell[key])
        if "outputs" in cell:
            cell["outputs"] = _streams_in_order(cell["outputs"])
    return content | {"cells": cells}


def _streams_in_order(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs with neighbouring text joined, by stream.

    A kernel sends its two streams from two buffers: how they interleave is chance.
    """
    found: list[dict[str, Any]] = []
    for streams, group in groupby(outputs, lambda output: output["output_type"] == "stream"):
        if not streams:
            found += group
            continue
        texts: dict[str, str] = {}
        for output in group:
            texts[output["name"]] = texts.get(output["name"], "") + output["text"]
        found += [{"stream": name, "text": text} for name, text in sorted(texts.items())]
    return found


def _without_moving(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return _without_moving("".join(value))
    if isinstance(value, list):
        return [_without_moving(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_moving(item) for key, item in value.items()}
    if isinstance(value, str):
        for pattern, stand_in in MOVING:
            value = pattern.sub(stand_in, value)
    return value
