"""What a cell shows when it could not end as it should; the worker and the coordinator use it."""

import nbformat.v4
from nbformat import NotebookNode


def not_run(cell: NotebookNode, text: str) -> None:
    """Give a code cell one error output that says why it was not run; nbgrader scores it 0."""
    cell.outputs = [error("NotRun", text)]
    cell.execution_count = None


def error(name: str, text: str) -> NotebookNode:
    """An error output with one sentence in the place of a traceback."""
    output: NotebookNode = nbformat.v4.new_output(
        "error", ename=name, evalue=text, traceback=[text]
    )
    return output


def runnable(cell: NotebookNode) -> bool:
    """Whether a kernel has anything to do for this cell."""
    return bool(cell.cell_type == "code" and cell.source.strip())
