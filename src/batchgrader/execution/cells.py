"""Runs the cells of a notebook so that one bad cell costs its own points and no others.

Where a kernel dies, or must be killed, the cells after it run in a fresh kernel in which the cells
before it have run again; what they showed the first time is kept.
"""

import copy
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from batchgrader import outcomes
from batchgrader.execution import events
from batchgrader.execution.replies import CellStopped, SubmissionStopped
from batchgrader.execution.testimony import WitnessedExecute
from batchgrader.execution.workplace import Workplace
from batchgrader.guarding import flags

DIED = (
    "The kernel died while this cell ran. Look for code that ends Python itself, uses too much "
    "memory, or crashes a library."
)
NO_MORE_KERNELS = (
    "This cell was not run, because cells before it ended the kernel too often. Mend those that "
    "show an error first."
)


class SurvivingExecute(WitnessedExecute):
    """Goes on after the death of a kernel; ``run_job`` makes one for each notebook."""

    notebook: str
    closed: str = ""
    began: bool = False
    _index: int = 0
    _cut_at: int = -1
    _restarts: int = 0
    _replays: bool = False
    _left_out: frozenset[int] = frozenset()

    def move_in(self, place: Workplace, notebook: str) -> None:
        """Say where the notebook is to run; called once, before anything else."""
        self.place, self.notebook = place, notebook

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Run one cell, or say in it why it was not run."""
        self.began = True
        if not outcomes.runnable(cell):
            return cell, resources
        self._make_ready(index)
        if self.closed:
            outcomes.not_run(cell, self.closed)
            return cell, resources
        total = len(self.nb.cells)
        events.progress(f"{self.place.name}: {self.notebook}, cell {index + 1} of {total}")
        try:
            self._run(cell, resources, index)
        except DeadKernelError as death:
            self._bury()
            self._tell(cell, death)
        return cell, resources

    def _run(self, cell: NotebookNode, resources: Any, index: int) -> None:
        """Run a cell as nbgrader does, or as the instructor's own class does."""
        self._index = index
        found = self.run_witnessed(cell, resources, index)
        if found and not self._replays:
            self.place.incidents.append(flags.incident(self.notebook, name_of(cell), found))

    def _bury(self) -> None:
        """End what is left of a kernel, and leave its last cell out from now on."""
        self._left_out |= {self._index}
        self.end_kernel(at_once=True)

    def close(self, text: str) -> None:
        """Run no more cells, and have each say this."""
        self.closed = self.closed or text

    def _make_ready(self, index: int) -> None:
        """See that there is a kernel in the state that this cell needs, or close the notebook."""
        if not self.closed and self.place.over():
            self._close_for_time()
        while not self.closed and self.kc is None:
            if self._restarts >= self.place.limits.restarts:
                self.close(NO_MORE_KERNELS)
                self.place.report("not-run", self.notebook, "", NO_MORE_KERNELS)
                return
            self._restarts += 1
            self._start_afresh(index)

    def _start_afresh(self, index: int) -> None:
        """Start a kernel and run the cells before this one again, but those that ended a kernel."""
        self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()
        cells = list(self.nb.cells)
        self._display_id_map = {}
        self._replays = True
        try:
            for earlier in range(index):
                if earlier not in self._left_out and outcomes.runnable(cells[earlier]):
                    self._replay(copy.deepcopy(cells[earlier]), earlier)
                    if self.kc is None:
                        return
        finally:
            self._replays = False
            self.nb.cells[:] = cells

    def _replay(self, cell: NotebookNode, index: int) -> None:
        try:
            self._run(cell, self.resources, index)
        except DeadKernelError as death:
            self._bury()
            if isinstance(death, SubmissionStopped):
                self._close_for_time()

    def _tell(self, cell: NotebookNode, death: DeadKernelError) -> None:
        """Put into a cell what ended its kernel."""
        if isinstance(death, SubmissionStopped):
            self._close_for_time()
            cell.outputs.append(outcomes.error("SubmissionTimeout", self.closed))
        elif isinstance(death, CellStopped):
            cell.outputs.append(_timeout_error(self.error_on_timeout, str(death)))
        else:
            text = self.place.excess or DIED
            cell.outputs.append(outcomes.error("KernelDied", text))
            self.place.report("kernel-died", self.notebook, name_of(cell), text)

    def _close_for_time(self) -> None:
        self.close(self.place.fail_for_time())

    def cell_timed_out(self, cell: NotebookNode, timeout: int) -> None:
        """Note it, and leave the cell out if earlier cells must run again."""
        self._left_out |= {self._index}
        if not self._replays:
            text = f"This cell was stopped after {timeout} seconds. Look for an endless loop."
            self.place.report("cell-timeout", self.notebook, name_of(cell), text)

    def output_was_cut(self, cell: NotebookNode) -> None:
        """Note it, once for a cell that clears its output and goes on."""
        if not self._replays and self._cut_at != self._index:
            self._cut_at = self._index
            megabytes = f"{self.place.limits.output_bytes / 1e6:g}"
            text = (
                f"This cell printed or showed more than {megabytes} MB; the rest was thrown away. "
                "Print less, or look for an endless loop."
            )
            self.place.report("output-cut", self.notebook, name_of(cell), text)


def name_of(cell: NotebookNode) -> str:
    """What people know a cell by: its grade id, or else its id."""
    about = cell.metadata.get("nbgrader") or {}
    return str(about.get("grade_id") or cell.get("id", ""))


def _timeout_error(configured: dict[str, Any] | None, text: str) -> NotebookNode:
    shown = outcomes.error("CellTimeoutError", text)
    shown.update({key: value for key, value in (configured or {}).items() if key in shown})
    return shown
