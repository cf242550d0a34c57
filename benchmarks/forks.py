"""What a forked kernel costs, and whether kernels hang: many forks, one after the other.

Run it with ``.venv/bin/python benchmarks/forks.py [NOTEBOOK] [--forks N] [--libraries]``. The
modules of the notebook are loaded ahead. With ``--libraries`` each fork also runs a cell that uses
threads, processes and numerical libraries; a kernel that hangs ends the program with an error.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

from fork_harness import Server
from test_libraries_in_forks import LIBRARIES

from batchgrader.kernels.modules import imported

# CPU milliseconds so far and page faults, of the kernel and of the fork that made it.
ACCOUNT = (
    "import resource as _r; _u = _r.getrusage(_r.RUSAGE_SELF);"
    " print((_u.ru_utime + _u.ru_stime) * 1e3, _u.ru_minflt)"
)


def server_cpu(pid: int) -> float:
    """CPU milliseconds of a living process so far, those of its children left out."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1e3 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Fork, and print the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", nargs="?", type=Path)
    parser.add_argument("--forks", type=int, default=20)
    parser.add_argument("--libraries", action="store_true")
    chosen = parser.parse_args()
    modules: tuple[str, ...] = ("numpy", "joblib", "sklearn.ensemble", "multiprocessing.pool")
    if chosen.notebook:
        cells = json.loads(chosen.notebook.read_text("utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        modules = imported(code)
    codes = itertools.cycle(LIBRARIES.items())
    with tempfile.TemporaryDirectory() as place:
        began = time.perf_counter()
        server = Server(Path(place), modules)
        print(f"{len(server.preloaded['modules'])} modules in {time.perf_counter() - began:.1f} s")
        before = server_cpu(server.process.pid)
        rows = []
        for number in range(chosen.forks):
            began = time.perf_counter()
            with server.kernel() as kernel:
                cpu, faults = map(float, kernel.run(ACCOUNT).text.split())
                if chosen.libraries:
                    name, (code_of, expected) = next(codes)
                    text = kernel.run(code_of).text
                    if text != expected:
                        raise RuntimeError(f"fork {number}, {name}: {text!r}")
                kernel.client.shutdown()
                if status := kernel.ended():
                    raise RuntimeError(f"fork {number} ended with status {status}")
            rows.append((cpu, faults, (time.perf_counter() - began) * 1e3))
        forking = (server_cpu(server.process.pid) - before) / chosen.forks
        server.close()
    names = ("CPU ms to the first cell", "page faults", "wall ms to the end")
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        print(f"{name:<28} median {statistics.median(column):9.1f}   most {max(column):9.1f}")
    print(f"{'CPU ms of the server':<28} mean   {forking:9.1f}")
    print(f"{chosen.forks} forks, none hung")


if __name__ == "__main__":
    main()
