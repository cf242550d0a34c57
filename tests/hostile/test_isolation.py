"""Isolation for real: acts of a confined process in every tier, as root and as an ordinary user."""

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from confined import HERE, ORDINARY, Ran, as_user, run

from batchgrader.isolation import bubblewrap, calls
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.layers import NAMESPACES, Layers
from batchgrader.isolation.watch import Watch

FIRST_USER = 2_000_000_000


@dataclass(frozen=True)
class Place:
    """Who grades, and in which of the ways that a kernel can be confined."""

    user: str
    way: str

    @property
    def layers(self) -> Layers:
        root = self.user == "root"
        namespaces = frozenset(NAMESPACES) - ({"user"} if root else set())
        sandboxed = self.way in ("sandbox and namespaces", "sandbox alone")
        return Layers(
            tier="strong" if sandboxed else "basic",
            bubblewrap=sandboxed,
            namespaces=namespaces if "namespaces" in self.way else frozenset(),
            landlock=calls.landlock_version(),
            seccomp=True,
            first_uid=FIRST_USER + os.getpid() * 10 if root else 0,
            uid=0 if root else _ordinary(),
            gid=0 if root else _ordinary(),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.way}"


def _ordinary() -> int:
    return os.geteuid() or ORDINARY


WAYS = ("sandbox and namespaces", "sandbox alone", "namespaces", "rules alone")
PLACES = [Place(user, way) for user in ("root", "ordinary") for way in WAYS]
ORDINARY_PLACES = [place for place in PLACES if place.user == "ordinary"]
STRONGEST = [place for place in PLACES if place.way == WAYS[0]]
KINDS = [PLACES[0], PLACES[4], PLACES[7]]  # strong as root, strong and basic as ordinary user
WITH_MOUNTS = [place for place in PLACES if "namespaces" in place.way]


@functools.cache
def _missing(user: str) -> str:
    """What of the operating system is not there for a user, empty where all is."""
    if not calls.LINUX or not calls.landlock_version():
        return "This kernel of the operating system has no Landlock."
    if user == "root" and os.geteuid() != 0:
        return "These are the tests of an ordinary user."
    if not bubblewrap.program():
        return "There is no bubblewrap on this machine."
    done = as_user(
        user, ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"]
    )
    return f"No namespaces here: {done.stderr}" if done.returncode else ""


@pytest.fixture(autouse=True)
def _skip_what_is_not_there(request: pytest.FixtureRequest) -> None:
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    place = parameters.get("place")
    missing = _missing(place.user if place else "ordinary")
    if missing:
        pytest.skip(missing)


def confined(code: str, place: Place, **limits: int) -> Ran:
    return run(code, place.layers, user=place.user, **limits)


def tried(layers: Layers, user: str) -> dict[str, bool]:
    """The acts and how they went for this user: whether each is as it should be."""
    script = (
        "import json, sys\n"
        "from batchgrader.isolation import trial\n"
        "from batchgrader.isolation.layers import Layers\n"
        "found = trial.try_out(Layers.from_json(sys.argv[1]), sys.argv[2:])\n"
        "print(json.dumps({f'{each.name}: {each.detail}': each.holds for each in found}))\n"
    )
    course = str(HERE.parents[2] / "source")
    done = as_user(user, [sys.executable, "-P", "-c", script, layers.to_json(), course])
    assert done.returncode == 0, done.stderr
    found: dict[str, bool] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_act_goes_as_it_should(place: Place) -> None:
    found = tried(place.layers, place.user)
    assert len(found) > 30
    assert [name for name, holds in found.items() if not holds] == []


@pytest.mark.parametrize("version", [1, 4])
@pytest.mark.parametrize("place", [ORDINARY_PLACES[0], ORDINARY_PLACES[3]], ids=str)
def test_every_act_goes_as_it_should_with_an_older_landlock(place: Place, version: int) -> None:
    found = tried(replace(place.layers, landlock=version), place.user)
    assert [name for name, holds in found.items() if not holds] == []


def test_without_layers_an_ordinary_user_succeeds_in_what_is_forbidden() -> None:
    found = tried(Layers("basic"), "ordinary")
    succeeded = {name.partition(":")[0] for name, holds in found.items() if not holds}
    assert succeeded >= {
        "read files of others",
        "read the course",
        "change files of others",
        "cut off files of others",
        "change the mode of files of others",
        "change the times of files of others",
        "delete files of others",
        "reach TCP ports",
        "reach abstract sockets",
        "reach sockets of others",
        "send datagrams",
        "signal processes of others",
        "trace the process that watches it",
        "read the environment of processes outside",
        "change limits of others",
        "make namespaces",
        "leave keys with the system",
        "change what belongs to others",
    }


def test_without_landlock_files_are_found_to_be_open() -> None:
    layers = replace(Place("ordinary", "rules alone").layers, landlock=0)
    found = tried(layers, "ordinary")
    assert not all(holds for name, holds in found.items() if "files of others" in name)


@pytest.mark.parametrize("place", STRONGEST, ids=str)
def test_the_probe_finds_the_strong_tier_by_itself(place: Place) -> None:
    script = "from batchgrader.isolation.probe import choose; print(choose().to_json())"
    done = as_user(place.user, [sys.executable, "-P", "-c", script])
    assert done.returncode == 0, done.stderr
    found = Layers.from_json(done.stdout)
    assert replace(found, first_uid=place.layers.first_uid) == place.layers
    assert (found.first_uid > 0) == (place.user == "root")


LIBRARIES = """
import multiprocessing, subprocess, sys, threading
import numpy as np
from joblib import Parallel, delayed
assert np.linalg.inv(np.eye(50)).sum() == 50
assert Parallel(n_jobs=2)(delayed(abs)(-n) for n in range(3)) == [0, 1, 2]
context = multiprocessing.get_context("spawn")
with context.Pool(2) as pool:
    assert pool.map(abs, [-1, -2]) == [1, 2]
queue = multiprocessing.get_context("fork").Queue()
child = multiprocessing.get_context("fork").Process(target=queue.put, args=(1,))
child.start()
assert queue.get() == 1
child.join()
assert subprocess.run("echo a | cat", shell=True, capture_output=True).stdout == b"a\\n"
import asyncio
asyncio.run(asyncio.sleep(0))
import sqlite3
sqlite3.connect("x.db").execute("pragma journal_mode = wal").close()
import zmq
socket = zmq.Context.instance().socket(zmq.REP)
socket.bind(f"ipc://{private}/s")
try:
    zmq.Context.instance().socket(zmq.REP).bind("tcp://127.0.0.1:*")
except zmq.ZMQError:
    zmq.Context.instance().destroy(0)
    print("done")
"""


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_what_data_scientists_use_works(place: Place) -> None:
    assert confined(LIBRARIES, place).out.splitlines()[-1:] == ["done"]


DAEMONS = """
import subprocess, sys
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.execvp("sleep", ["sleep", str({seconds})])
        os._exit(0)
    os.wait()
print("started", flush=True)
"""


def living(seconds: int) -> list[psutil.Process]:
    """The daemons that sleep for this odd number of seconds."""
    words = ["sleep", str(seconds)]
    return [each for each in psutil.process_iter() if _words(each) == words]


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_every_daemon_ends_with_its_notebook(place: Place) -> None:
    seconds = 700_000 + PLACES.index(place)
    ran = confined(DAEMONS.format(seconds=seconds), place)
    assert ran.out == "started\n"
    assert ran.left == 0
    assert living(seconds) == []


@pytest.mark.parametrize("place", WITH_MOUNTS, ids=str)
def test_every_daemon_ends_when_the_fork_server_is_killed(place: Place) -> None:
    seconds = 800_000 + PLACES.index(place)
    code = DAEMONS.format(seconds=seconds) + "\nimport time\ntime.sleep(1000)"
    script = (
        "import subprocess, sys, time\n"
        "grader = subprocess.Popen(sys.argv[2:])\n"
        "def living():\n"
        "    shown = subprocess.run(['ps', '-eo', 'args='], capture_output=True, text=True)\n"
        "    return f'sleep {sys.argv[1]}' in shown.stdout.splitlines()\n"
        "while not living():\n"
        "    time.sleep(0.05)\n"
        "grader.kill()\n"
        "while living():\n"
        "    time.sleep(0.05)\n"
    )
    grader = [sys.executable, "-P", str(HERE), "outside", place.layers.to_json(), "{}", code]
    done = as_user(place.user, [sys.executable, "-c", script, str(seconds), *grader])
    assert done.returncode == 0, done.stderr
    assert living(seconds) == []


KILL_ALL = """
import signal, subprocess
child = subprocess.Popen(["sleep", "1000"])
try:
    os.kill(-1, signal.SIGKILL)
except PermissionError:
    child.kill()
print(child.wait())
"""


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_a_notebook_that_kills_everything_kills_what_it_started(place: Place) -> None:
    ran = confined(KILL_ALL, place)
    assert (ran.out, ran.status) == ("-9\n", 0)


BOMB = """
import time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(1000)
        count += 1
except BlockingIOError:
    print(count)
"""


@pytest.mark.parametrize("place", STRONGEST, ids=str)
def test_no_more_processes_can_be_made_than_allowed(place: Place) -> None:
    ran = confined(BOMB, place, processes=40)
    assert 30 < int(ran.out) <= 40
    assert ran.left == 0


@pytest.mark.parametrize("place", ORDINARY_PLACES[-1:], ids=str)
def test_where_a_user_is_counted_as_a_whole_the_keeper_counts(place: Place) -> None:
    ran = confined(BOMB + "\ntime.sleep(1000)", place, processes=40)
    assert ran.over.startswith("The notebook had more than 40 processes and threads at a time.")
    assert ran.left == 0


@pytest.mark.parametrize("place", STRONGEST, ids=str)
def test_memory_files_and_descriptors_are_limited(place: Place) -> None:
    code = """
import mmap, resource
def reserve(size):
    mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ).close()
reserve(15 << 30)
try:
    reserve(17 << 30)
except OSError as error:
    print(error.strerror)
try:
    with open("big", "wb") as file:
        file.truncate(1 << 21)
except OSError as error:
    print(error.strerror)
try:
    files = [open(os.devnull) for _ in range(200)]
except OSError as error:
    print(error.strerror)
print(resource.getrlimit(resource.RLIMIT_CORE))
"""
    ran = confined(code, place, memory=1 << 29, file_size=1 << 20, open_files=100)
    said = ["Cannot allocate memory", "File too large", "Too many open files", "(0, 0)"]
    assert ran.out.splitlines() == said


@pytest.mark.parametrize(
    ("code", "limits", "said"),
    [
        (
            "for n in range(9):\n    Path(str(n)).write_bytes(b'x' * 5_000_000)",
            {"disk": 20_000_000},
            "wrote more than 19.1 MB of files",
        ),
        (
            "for n in range(900):\n    Path(str(n)).touch()",
            {"files": 500},
            "made more than 500 files",
        ),
        (
            """
for n in range(9):
    file = os.open('x', os.O_CREAT | os.O_WRONLY)
    os.unlink('x')
    os.write(file, b'x' * 5_000_000)
""",
            {"disk": 20_000_000},
            "wrote more than 19.1 MB of files",
        ),
        (
            "for n in range(30):\n    os.mkdir('x' * 200)\n    os.chdir('x' * 200)",
            {},
            "folders in folders without end",
        ),
        (
            """
for n in range(4):
    if os.fork() == 0:
        held = b'x' * 150_000_000
        break
""",
            {"memory": 500_000_000},
            "used more than 477 MB of memory",
        ),
        (
            "for n in range(200):\n    Path(f'/dev/shm/{n}').write_bytes(b'x' * 1_000_000)",
            {"memory": 150_000_000},
            "used more than 143 MB of memory",
        ),
        (
            "for n in range(3):\n    if os.fork() == 0:\n        break\nwhile True: pass",
            {"cpu_seconds": 2},
            "computed for more than 2 seconds",
        ),
    ],
    ids=["disk", "files", "deleted", "deep", "memory", "shared", "cpu"],
)
def test_what_only_the_whole_tree_exceeds_ends_it_with_a_sentence(
    code: str, limits: dict[str, int], said: str
) -> None:
    ran = confined(f"{code}\nimport time\ntime.sleep(1000)", STRONGEST[1], **limits)
    assert said in ran.over
    assert ran.left == 0


SHARING = """
import os
held = b"x" * 100_000_000
told, tell = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        os.close(tell)
        os.read(told, 1)
        os._exit(0)
print("ready", flush=True)
input()
"""


def test_what_forks_share_is_counted_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHARING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        below = [process.pid for process in psutil.Process(parent.pid).children()]
        assert sum(psutil.Process(pid).memory_info().rss for pid in below) > 500_000_000
        boundary = Boundary((str(tmp_path),), memory=300_000_000)
        assert Watch(boundary, Layers("basic")).check() == ""
        over = Watch(replace(boundary, memory=50_000_000), Layers("basic")).check()
        assert "used more than 47.7 MB of memory" in over
        parent.communicate(b"\n")


@pytest.mark.parametrize("place", WITH_MOUNTS, ids=str)
def test_nothing_of_other_submissions_can_be_seen(place: Place) -> None:
    code = "print(os.listdir(scratch), sorted(os.listdir(scratch / 'mine')))"
    assert confined(code, place).out == "['mine'] ['tmp', 'work']\n"


@pytest.mark.parametrize("place", WITH_MOUNTS, ids=str)
def test_the_common_temporary_folders_are_private(place: Place) -> None:
    python = Path(sys.prefix).parts  # the course may itself lie in /tmp
    course = python[2] if python[1] == "tmp" else ""
    code = (
        "Path('/tmp/batchgrader-test').touch()\nPath('/dev/shm/batchgrader-test').touch()\n"
        "print(os.listdir('/dev/shm'))\n"
        f"print([n for n in os.listdir('/tmp') if n not in (scratch.name, {course!r})])"
    )
    assert confined(code, place).out == "['batchgrader-test']\n['batchgrader-test']\n"
    assert not Path("/tmp/batchgrader-test").exists()
    assert not Path("/dev/shm/batchgrader-test").exists()


@pytest.mark.parametrize("place", WITH_MOUNTS, ids=str)
def test_only_processes_of_its_own_can_be_seen(place: Place) -> None:
    code = "print(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()) == [os.getpid()])"
    assert confined(code, place).out == "True\n"


LOOK_AROUND = """
for name in os.listdir("/proc"):
    for about in ("environ", "cmdline", "maps") if name.isdigit() else ():
        try:
            data = Path("/proc", name, about).read_bytes()
        except OSError:
            continue
        if b"canary-in-the-environment" in data and about == "environ":
            print(name)
print("looked", b"canary-in-the-environment" in repr(os.environ).encode())
"""


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_the_environment_of_the_grader_cannot_be_read(place: Place) -> None:
    layers = place.layers
    words = [sys.executable, "-P", str(HERE), "outside", layers.to_json(), "{}", LOOK_AROUND]
    done = as_user(place.user, words, TOKEN="canary-in-the-environment")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["out"] == "looked False\n"


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_no_descriptor_is_left_but_the_standard_ones(place: Place) -> None:
    code = (
        "for n in range(3, 1000):\n"
        "    try:\n        os.fstat(n)\n        print(n)\n    except OSError:\n        pass"
    )
    assert confined(code, place).out == ""


@pytest.mark.parametrize("place", [each for each in PLACES if each.user == "root"], ids=str)
def test_root_becomes_a_user_of_its_own_for_each_kernel(place: Place) -> None:
    code = (
        "Path('mine').touch()\n"
        "print(len({*os.getresuid(), *os.getresgid()}), os.getuid(), os.getgroups())\n"
        "print(Path('mine').stat().st_uid)"
    )
    user = place.layers.first_uid + 7
    assert confined(code, place, slot=7).out == f"1 {user} []\n{user}\n"


@pytest.mark.parametrize("place", ORDINARY_PLACES, ids=str)
def test_an_ordinary_user_stays_who_it_is(place: Place) -> None:
    assert confined("print(os.getuid(), os.getgid())", place).out == f"{ORDINARY} {ORDINARY}\n"


@pytest.mark.parametrize("place", KINDS, ids=str)
def test_the_interrupt_of_a_cell_still_arrives(place: Place) -> None:
    code = "import signal\nos.kill(os.getpid(), signal.SIGINT)"
    assert confined(code, place).out == "KeyboardInterrupt: \n"


def test_no_isolation_still_leads_a_session_and_leaves_no_descriptor() -> None:
    code = (
        "import resource\n"
        "print(os.getsid(0) == os.getpid(), resource.getrlimit(resource.RLIMIT_CORE))\n"
        "print([n for n in range(3, 100) if os.path.exists(f'/proc/self/fd/{n}')])"
    )
    assert run(code, Layers.none(), user="ordinary").out == "True (0, 0)\n[]\n"


def test_a_folder_that_is_not_there_keeps_the_kernel_from_starting() -> None:
    place = STRONGEST[1]
    words = [sys.executable, "-P", str(HERE), "inside", place.layers.to_json()]
    boundary = json.dumps({"writable": ["/nowhere/work", "/nowhere/tmp"]})
    sandbox = [*words, boundary, "print('a line of the notebook')"]
    done = as_user(
        "ordinary",
        [
            "bwrap",
            "--unshare-user",
            "--uid",
            "0",
            "--gid",
            "0",
            "--cap-add",
            "ALL",
            "--unshare-pid",
            "--dev-bind",
            "/",
            "/",
            "--proc",
            "/proc",
            *sandbox,
        ],
    )
    assert "a line of the notebook" not in done.stdout
    assert "taking up /nowhere/work" in done.stderr


def test_the_doctor_examines_this_machine() -> None:
    script = "from batchgrader.isolation.doctor import examine; print(examine().text())"
    done = as_user("ordinary", [sys.executable, "-P", "-c", script])
    assert done.returncode == 0, done.stderr
    assert "A run uses strong: bubblewrap" in done.stdout


def test_this_suite_can_tell_an_ordinary_user_from_root() -> None:
    done = as_user("ordinary", ["id", "-u"])
    assert done.stdout.strip() == str(_ordinary())
    assert isinstance(done, subprocess.CompletedProcess)
