"""Where and within which limits the kernels of one submission run, and what happened there."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from batchgrader.execution.folder import Folder
from batchgrader.jobs import Failure, Incident, Job, Limits
from batchgrader.kernels.lodging import Lodging
from batchgrader.kernels.process import KernelProcess
from batchgrader.kernels.sources import Source


@dataclass
class Workplace:
    """What all notebooks of one submission share while they run; ``run_job`` makes one.

    ``scratch`` is deleted with all in it when the job ends. ``deadline`` is on the clock of
    ``time.monotonic``. ``failure`` is set by the first thing that ends the submission early,
    ``excess`` by a kernel that used too much and was ended for it: a sentence to the student.
    """

    name: str
    scratch: Path
    folder: Folder
    limits: Limits
    source: Source
    environment: dict[str, str]
    deadline: float
    incidents: list[Incident] = field(default_factory=list)
    failure: Failure | None = None
    cpu: float = 0.0
    peak_memory: int = 0
    kernels: int = 0
    excess: str = ""

    @classmethod
    def of(cls, job: Job, scratch: Path, folder: Folder, source: Source) -> "Workplace":
        """The place for a job."""
        deadline = time.monotonic() + job.limits.seconds
        return cls(job.name, scratch, folder, job.limits, source, dict(job.environment), deadline)

    def lodging(self) -> Lodging:
        """A place for one more kernel, whatever those before it have done to theirs."""
        self.kernels += 1
        self.folder.mend()
        self.excess = ""
        own = self.scratch / f"kernel-{self.kernels}"
        private = own / "tmp"
        private.mkdir(mode=0o700, parents=True)
        return Lodging(
            folder=self.folder.path,
            private=private,
            sockets=own / "s",
            log=self.scratch / f"kernel-{self.kernels}.log",
            source=self.source,
            environment=self.environment | self.source.private_store(private),
        )

    def count(self, kernel: KernelProcess | None) -> None:
        """Add what a kernel has used that has ended."""
        if kernel is not None:
            self.cpu += kernel.cpu
            self.peak_memory = max(self.peak_memory, kernel.peak_memory)
            self.excess = kernel.over

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
