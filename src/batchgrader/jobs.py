"""What crosses the border between the coordinator and a worker: a job out, a result back.

A job may be pickled, for the coordinator made it. A result is JSON text and is only ever parsed,
for it tells of programs that nobody vouches for.
"""

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from batchgrader.kernels.sources import Recipe


@dataclass(frozen=True)
class Limits:
    """What one submission may use; a worker enforces it on the kernel's whole process group.

    ``seconds`` is the wall clock for all notebooks of a submission together; the limit for a cell
    is nbgrader's own ``Execute.timeout``. ``grace`` is how long an interrupted cell has to end
    before its kernel is killed; IPython takes up to ten seconds to pass on what was printed.
    ``restarts`` is how many fresh kernels a notebook gets after its first has died.
    ``output_bytes`` is what one cell may print and show; what goes beyond it is thrown away as it
    streams. ``file_bytes`` is the total size of the files that come back.
    """

    seconds: float = 600.0
    grace: float = 15.0
    restarts: int = 3
    output_bytes: int = 10_000_000
    file_bytes: int = 50_000_000


@dataclass(frozen=True)
class File:
    """A file of a submission's folder: its bytes and its permission bits."""

    content: bytes
    mode: int = 0o644


@dataclass(frozen=True)
class Job:
    """One submission, ready to run: clean notebooks as JSON text, in order, and their files.

    ``name`` is "student/assignment". ``files`` has paths relative to the folder that all notebooks
    of the submission share. ``runner`` is what ``cloudpickle`` made of nbgrader's ``Execute`` class
    and its configuration. ``environment`` is added to what the kernel gets of the worker's.
    ``kernels`` says what its kernels are and where they come from. ``given`` has the paths among
    ``files`` that are the instructor's. ``subjects`` has for each notebook the names that the
    instructor's own answers bind: what is tested.
    """

    name: str
    notebooks: dict[str, str]
    files: dict[str, File]
    runner: bytes
    limits: Limits = Limits()
    environment: dict[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    subjects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kernels: Recipe = field(default_factory=Recipe)


@dataclass(frozen=True)
class Incident:
    """Something that happened to a cell while or after it ran, and that people should read.

    ``kind`` is a short stable word for programs: "kernel-died", "cell-timeout", "output-cut",
    "not-run", "files-cut", "stderr", "score", "set-aside", and "integrity" for what makes a score
    doubtful, so that a person must look at the cell. ``cell`` is a grade id, a cell id, or empty
    where it is about the notebook. ``text`` is a full sentence to the student that names the mend;
    for "integrity" it is one to the instructor that names what was found.
    """

    kind: str
    notebook: str
    cell: str
    text: str


@dataclass(frozen=True)
class Repair:
    """Something that the sanitiser put right before the notebook ran; fields as for an incident.

    ``kind`` is one of "format", "copied-cell", "deleted-cell", "changed-cell", "moved-cell",
    "matched-cell", "cell-type", "metadata".
    """

    kind: str
    notebook: str
    cell: str
    text: str


@dataclass(frozen=True)
class Usage:
    """What a submission cost its worker: wall seconds, CPU seconds, and peak resident bytes.

    CPU is that of the kernels and what they waited for. The peak is that of the largest kernel
    process, 0 where the platform does not tell.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    peak_memory: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.seconds + other.seconds,
            self.cpu + other.cpu,
            max(self.peak_memory, other.peak_memory),
        )


@dataclass(frozen=True)
class Failure:
    """Why a submission could not be graded as it should: a sentence, and whose fault it is.

    ``retry`` is true where the machine may be the cause (a kernel that did not start, a worker that
    died): the next run grades the submission again. Otherwise it is not run again until its content
    changes.
    """

    text: str
    retry: bool = False


@dataclass(frozen=True)
class Result:
    """What a worker makes of a job: executed notebooks as JSON text, and what the cells wrote.

    ``notebooks`` has an entry for each notebook of the job, in order, whatever happened: cells that
    could not run carry an error output that says so. ``files`` has those that are new or changed,
    regular files only.
    """

    notebooks: dict[str, str]
    files: dict[str, File] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    usage: Usage = Usage()
    failure: Failure | None = None

    def to_json(self) -> str:
        """The text that crosses the border."""
        files = {
            path: [base64.b64encode(file.content).decode("ascii"), file.mode]
            for path, file in self.files.items()
        }
        return json.dumps(asdict(self) | {"files": files})

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Read what ``to_json`` wrote; raises ValueError for anything else."""
        try:
            data: dict[str, Any] = json.loads(text)
            files = {
                str(path): File(base64.b64decode(content, validate=True), int(mode) & 0o777)
                for path, (content, mode) in data["files"].items()
            }
            return cls(
                notebooks={str(name): str(text) for name, text in data["notebooks"].items()},
                files=files,
                incidents=tuple(Incident(**incident) for incident in data["incidents"]),
                usage=Usage(**data["usage"]),
                failure=None if data["failure"] is None else Failure(**data["failure"]),
            )
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"not the result of a job: {error!r}") from error
