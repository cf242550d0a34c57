"""Where and within which limits the kernels of one submission run, and what happened there."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from batchgrader.execution.folder import Folder
from batchgrader.jobs import Failure, Incident, Job, Limits

# More threads cost small models more than they give, and change the last bits of a sum.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass
class Workplace:
    """What all notebooks of one submission share while they run; ``run_job`` makes one.

    ``scratch`` is deleted with all in it when the job ends. ``deadline`` is on the clock of
    ``time.monotonic``. ``failure`` is set by the first thing that ends the submission early.
    """

    name: str
    scratch: Path
    folder: Folder
    limits: Limits
    environment: dict[str, str]
    deadline: float
    incidents: list[Incident] = field(default_factory=list)
    failure: Failure | None = None
    peak_memory: int = 0
    kernels: int = 0

    @classmethod
    def of(cls, job: Job, scratch: Path, folder: Folder) -> "Workplace":
        """The place for a job, with a folder for temporary files beside that of the submission."""
        temporary = scratch / "tmp"
        environment = ONE_THREAD | os.environ | job.environment
        environment |= {"TMPDIR": str(temporary), "JOBLIB_TEMP_FOLDER": str(temporary)}
        deadline = time.monotonic() + job.limits.seconds
        return cls(job.name, scratch, folder, job.limits, environment, deadline)

    def prepare_for_kernel(self) -> None:
        """See that there is a place for one more kernel, whatever those before it have done."""
        self.kernels += 1
        self.folder.mend()
        Path(self.environment["TMPDIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)

    def over(self) -> bool:
        """Whether the submission has used up its time."""
        return time.monotonic() >= self.deadline

    def fail_for_time(self) -> str:
        """Note that the time was not enough; returns what each cell says that is not run then."""
        seconds = f"{self.limits.seconds:g}"
        self.fail(
            f"The notebooks of this submission may take {seconds} seconds together and took "
            "longer; cells from then on were not run. Look for slow code or endless loops."
        )
        return f"The {seconds} seconds for the whole submission were over before this cell ended."

    def report(self, kind: str, notebook: str, cell: str, text: str) -> None:
        """Add an incident."""
        self.incidents.append(Incident(kind, notebook, cell, text))

    def fail(self, text: str, *, retry: bool = False) -> None:
        """Keep the first reason why the submission could not be run as it should."""
        self.failure = self.failure or Failure(text, retry)
