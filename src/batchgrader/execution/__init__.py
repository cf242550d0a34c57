"""Runs submissions: the job that any executor can run, and the local pool that runs it here."""

import logging

from batchgrader.execution.child import WorkerDied, WorkerError
from batchgrader.execution.pool import LocalPool
from batchgrader.execution.run import run_job
from batchgrader.execution.runner import pack_runner

__all__ = ["LocalPool", "WorkerDied", "WorkerError", "pack_runner", "run_job"]

# Without a handler of the application's own, nothing here may reach the terminal.
logging.getLogger(__name__).addHandler(logging.NullHandler())
