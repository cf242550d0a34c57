"""What isolation costs a kernel: each step of a confinement, in every way that holds here.

``python benchmarks/isolation.py`` prints a table: milliseconds of CPU of one kernel, and of the
wall clock, as the middle of 30. Nothing else should run on the machine meanwhile.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from batchgrader.isolation import bubblewrap
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.confinement import confine
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import enter_namespaces, fork_keeper, prepare
from batchgrader.isolation.probe import candidates

KERNELS = 30
LIMIT = 15.0  # milliseconds a kernel
STEPS = ("fork the keeper", "enter namespaces", "fork the kernel", "confine it", "all")

# Seconds of CPU, and on the wall clock.
Spent = tuple[float, float]


def clock() -> Spent:
    """What has been spent so far by this process, and the time."""
    return time.process_time(), time.monotonic()


def spent(step: Callable[[], object]) -> Spent:
    """What a step of this process costs."""
    began = clock()
    step()
    return clock()[0] - began[0], clock()[1] - began[1]


def one_kernel(boundary: Boundary, layers: Layers) -> list[Spent]:
    """Fork and confine a process that then ends; what each step cost."""
    told, tell = os.pipe()
    began = clock()
    keeper = fork_keeper(layers)
    if keeper == 0:
        try:
            _keep(boundary, layers, began[1], tell)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    own = clock()[0] - began[0]
    os.close(tell)
    os.waitpid(keeper, 0)
    steps: list[Spent] = [(cpu, wall) for cpu, wall in json.loads(os.read(told, 4096))]
    os.close(told)
    steps[0] = (steps[0][0] + own, steps[0][1])
    return [*steps, (sum(cpu for cpu, _ in steps), sum(wall for _, wall in steps))]


def _keep(boundary: Boundary, layers: Layers, began: float, tell: int) -> None:
    # A new process starts with no CPU spent; the wall clock goes on.
    found = [(time.process_time(), time.monotonic() - began)]
    found.append(spent(lambda: enter_namespaces(boundary, layers)))
    before = time.monotonic()
    if os.fork():
        os.wait()
        return
    found.append((time.process_time(), time.monotonic() - before))
    found.append(spent(lambda: confine(boundary, layers, keep=(0, 1, 2, tell))))
    os.write(tell, json.dumps(found).encode())


def inside(layers: Layers, boundary: Boundary) -> None:
    """What a fork server does, and nothing else; prints the middle of each step."""
    prepare(layers)
    rounds = [one_kernel(boundary, layers) for _ in range(KERNELS)]
    middle = [
        [statistics.median(spent[kind] for spent in step) * 1000 for kind in (0, 1)]
        for step in zip(*rounds, strict=True)
    ]
    print(json.dumps(middle))


def measure(layers: Layers) -> list[list[float]]:
    """Milliseconds of CPU and wall clock of each step with some layers."""
    with tempfile.TemporaryDirectory(prefix="batchgrader-") as scratch:
        folders = [Path(scratch, name) for name in ("work", "tmp", "sockets")]
        for folder in folders:
            folder.mkdir()
        boundary = Boundary(tuple(map(str, folders)), hidden=(scratch,))
        here = Path(__file__).resolve()
        words = [sys.executable, "-P", str(here), layers.to_json(), boundary.to_json()]
        descriptors: tuple[int, ...] = ()
        if layers.bubblewrap:
            sandbox = bubblewrap.wrap(
                words,
                scratch=scratch,
                readable=[str(here.parent)],
                namespaces=bool(layers.namespaces),
            )
            words, descriptors = sandbox.command, (sandbox.descriptor,)
        done = subprocess.run(
            words, env={}, pass_fds=descriptors, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise OSError(done.stderr)
    found: list[list[float]] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print the table; 1 where a kernel costs more than it may."""
    dear = False
    for layers in candidates():
        print(f"\n{layers.describe()}\n{'':<20}{'CPU':>8}{'wall':>8}  (ms a kernel)")
        try:
            found = measure(layers)
        except OSError as error:
            print(f"does not work here: {error}")
            continue
        for name, (cpu, wall) in zip(STEPS, found, strict=True):
            print(f"{name:<20}{cpu:8.2f}{wall:8.2f}")
        dear = dear or found[-1][0] > LIMIT
    return 1 if dear else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        inside(Layers.from_json(sys.argv[1]), Boundary.from_json(sys.argv[2]))
    else:
        sys.exit(main())
