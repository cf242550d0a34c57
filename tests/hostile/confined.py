"""Runs a piece of Python in a confined process, as root or as an ordinary user; for tests.

``run`` is called by tests. It starts this file as a program, as the user that is wanted; that
makes a scratch folder and starts itself again as a fork server would be started, which forks a
keeper and the confined process. The piece of Python finds the folders of its boundary in ``work``,
``private`` and ``scratch``.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from batchgrader.isolation import bubblewrap, calls, paths, tree
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.confinement import confine
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import enter_namespaces, fork_keeper, prepare
from batchgrader.isolation.watch import Watch

HERE = Path(__file__)
ORDINARY = 65534
PATIENCE = 60


@dataclass(frozen=True)
class Ran:
    """How a confined process ended: its status, what it printed, and what its keeper said."""

    status: int
    out: str
    over: str = ""
    peak: int = 0
    left: int = 0


def run(code: str, layers: Layers, *, user: str = "root", **limits: int) -> Ran:
    """Run a piece of Python confined by layers, as "root" or as an "ordinary" user."""
    words = ["outside", layers.to_json(), json.dumps(limits), code]
    done = as_user(user, [sys.executable, "-P", str(HERE), *words])
    assert done.returncode == 0, done.stderr
    return Ran(**json.loads(done.stdout.splitlines()[-1]))


def as_user(user: str, command: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as "root" or as an "ordinary" user, who can reach Python wherever it is."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"} | more
    return subprocess.run(
        [*_seen_by_all(user), *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _seen_by_all(user: str) -> list[str]:
    """A command prefix that changes the user, and opens folders in which Python may be shut in."""
    if os.geteuid() != 0:
        return []
    words = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    for path in paths.python_paths():
        shut = next((p for p in (*reversed(Path(path).parents), Path(path)) if _shut(p)), None)
        if shut is not None:
            words += ["--perms", "0755", "--tmpfs", str(shut)]
            between = [p for p in reversed(Path(path).parents) if shut in p.parents]
            words += [word for p in between for word in ("--perms", "0755", "--dir", str(p))]
            words += ["--ro-bind", path, path]
    number = str(ORDINARY)
    drop = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups"]
    drop += ["--pdeathsig", "KILL"]  # which the change of user has undone
    return [*words, *(drop if user == "ordinary" else [])]


def _shut(path: Path) -> bool:
    return not path.stat().st_mode & 0o001


def _outside(layers: Layers, limits: dict[str, int], code: str) -> None:
    with tempfile.TemporaryDirectory(prefix="confined-") as folder:
        scratch = Path(folder).resolve()
        for name in ("mine/work", "mine/tmp", "other"):
            (scratch / name).mkdir(parents=True)
        (scratch / "other" / "file").write_text("not yours", "utf-8")
        writable = (str(scratch / "mine/work"), str(scratch / "mine/tmp"))
        boundary = Boundary(writable, (str(HERE.parent),), (str(scratch),))
        boundary = replace(boundary, **limits)  # type: ignore[arg-type]
        words = [sys.executable, "-P", str(HERE), "inside", layers.to_json(), boundary.to_json()]
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "USER": "me"}
        environment |= {"HOME": writable[1], "TMPDIR": writable[1], "OPENBLAS_NUM_THREADS": "1"}
        descriptors: tuple[int, ...] = ()
        command = [*words, code]
        if layers.bubblewrap:
            sandbox = bubblewrap.wrap(
                command,
                scratch=folder,
                readable=[str(HERE.parent)],
                environment=environment,
                namespaces=bool(layers.namespaces),
            )
            command, environment, descriptors = sandbox.command, {}, (sandbox.descriptor,)
        subprocess.run(command, env=environment, pass_fds=descriptors, check=True)


def _inside(layers: Layers, boundary: Boundary, code: str) -> None:
    calls.signal_at_death_of_parent(signal.SIGKILL)
    prepare(layers)
    keeper = fork_keeper(layers)
    if keeper == 0:
        try:
            _keep(layers, boundary, code)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1]) == 0


def _keep(layers: Layers, boundary: Boundary, code: str) -> None:
    enter_namespaces(boundary, layers)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(tell, 1)
        os.dup2(tell, 2)
        _be_confined(layers, boundary, code)
    os.close(tell)
    watch, over, out = Watch(boundary, layers), "", b""
    os.set_blocking(told, False)
    status = None
    while status is None and not over:
        ended, raw = os.waitpid(child, os.WNOHANG)
        status = os.waitstatus_to_exitcode(raw) if ended else None
        over = watch.check()
        time.sleep(0.02)
        out += _read(told)
    tree.end_all(layers)
    out += _read(told)
    left = len(tree.processes(layers))
    ran = Ran(status or 0, out.decode(), over, watch.peak, left)
    os.write(1, (json.dumps(ran.__dict__) + "\n").encode())
    os._exit(0)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 20)
    except BlockingIOError:
        return b""


def _be_confined(layers: Layers, boundary: Boundary, code: str) -> None:
    status = 1
    try:
        confine(boundary, layers)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(boundary.writable[0])
        work, private = map(Path, boundary.writable)
        names = {"work": work, "private": private, "scratch": work.parents[1]}
        exec(code, {"__name__": "__main__", "Path": Path, "os": os} | names)
        status = 0
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}")
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    role, about, more, text = sys.argv[1:]
    if role == "outside":
        _outside(Layers.from_json(about), json.loads(more), text)
    else:
        _inside(Layers.from_json(about), Boundary.from_json(more), text)
