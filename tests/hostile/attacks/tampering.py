"""Tampering: submissions that change what is not theirs."""

from attacks import Attack

# Whatever is written outside has this in its name, so that it is found wherever it lies.
_MARKS = r"""
import site, sysconfig
import pandas
mark = "mark-" + AT["token"]
folders = {AT["course"], AT["home"], AT["tmp"], "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/",
           "/usr/local/bin", sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"),
           os.path.dirname(pandas.__file__), AT["course"] + "/source", AT["course"] + "/autograded",
           AT["course"] + "/submitted/ada", AT["course"] + "/feedback"}
folders |= {os.path.dirname(pandas.__file__) + "/__pycache__"}
own = os.environ.get("TMPDIR", "?")
for folder in folders:
    with contextlib.suppress(OSError):
        if not os.path.samefile(folder, own):
            Path(folder, mark).write_text(folder)
"""

_STARTUP = r"""
for home in {AT["home"], os.environ.get("HOME", AT["home"])}:
    if Path(home).resolve() == Path(AT["home"]).resolve():
        for name in (".ipython/profile_default/startup/00.py", ".bashrc", ".jupyter/x.py",
                     ".local/lib/python3.11/site-packages/usercustomize.py", ".config/x",
                     ".cache/matplotlib/fontlist.json", ".ssh/authorized_keys"):
            with contextlib.suppress(OSError):
                (Path(home) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(home) / name).write_text("raise SystemExit  # " + AT["token"])
"""

_ATTRIBUTES = r"""
import pwd
for name in ("nbgrader_config.py", "gradebook.db", "source", "source/notes.txt", "submitted"):
    path = AT["course"] + "/" + name
    attempt(os.chmod, path, 0o777)
    attempt(os.chown, path, 12345, 12345)
    attempt(os.utime, path, (0, 0))
    attempt(os.setxattr, path, "user.mark", b"x")
    attempt(os.truncate, path, 0)
    attempt(os.rename, path, path + ".away")
"""

_PIPES = r"""
import struct
frame = json.dumps({"result": "{}", "event": "progress", "text": "mine"}).encode()
words = len(frame).to_bytes(8, "big") + frame
for pid in others():
    for number in attempt(os.listdir, f"/proc/{pid}/fd") or []:
        path = f"/proc/{pid}/fd/{number}"
        if "pipe" in (attempt(os.readlink, path) or ""):
            with contextlib.suppress(OSError):
                os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), words)
                escaped("writes into a pipe of another process")
"""

_CALLS = r"""
LIBC = ctypes.CDLL(None, use_errno=True)
MACHINE = os.uname().machine
NUMBERS = {
    "x86_64": {"bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425,
               "add_key": 248, "init_module": 175, "kexec_load": 246, "open_tree": 428},
    "aarch64": {"bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
                "add_key": 217, "init_module": 105, "kexec_load": 104, "open_tree": 428},
}[MACHINE]


def call(name, *arguments):
    ctypes.set_errno(0)
    return LIBC.syscall(NUMBERS[name], *arguments), ctypes.get_errno()


room = ctypes.create_string_buffer(200)
ctypes.memmove(room, (1).to_bytes(4, "little") + (4).to_bytes(4, "little")
               + (4).to_bytes(4, "little") + (1).to_bytes(4, "little"), 16)
for name, arguments in {
    "bpf": (0, room, 72), "userfaultfd": (0,), "io_uring_setup": (8, room),
    "add_key": (b"user", b"x", b"y", 1, -3), "open_tree": (-100, b"/", 1),
}.items():
    if call(name, *arguments)[0] >= 0:
        escaped("calls " + name)
if call("init_module", room, 0, b"")[1] not in (errno.EPERM, errno.ENOSYS):
    escaped("may load modules into the kernel")
"""

_PRIVILEGE = r"""
LIBC = ctypes.CDLL(None, use_errno=True)
os.makedirs("mnt", exist_ok=True)
KINDS = {"user": 0x10000000, "mount": 0x20000, "net": 0x40000000, "pid": 0x20000000}
for name, flag in KINDS.items():
    child = os.fork()
    if child == 0:
        os._exit(0 if LIBC.unshare(flag) == 0 else 1)
    if os.waitpid(child, 0)[1] == 0:
        escaped("makes a namespace: " + name)
if LIBC.mount(b"none", b"mnt", b"tmpfs", 0, None) == 0:
    LIBC.umount(b"mnt")
    escaped("mounts")
if attempt(os.chroot, "mnt") is None and os.listdir("/") == os.listdir("."):
    escaped("changes its root")
for call in (os.setuid, os.setgid, os.seteuid):
    with contextlib.suppress(OSError):
        call(0)
        escaped(call.__name__)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
if int(status["CapEff"], 16) or int(status["CapPrm"], 16):
    escaped("has capabilities " + status["CapEff"])
if status["NoNewPrivs"].strip() != "1":
    escaped("may gain privileges")
if os.geteuid() == 0 or os.getuid() == 0:
    escaped("is root")
for program in ("su", "sudo", "pkexec", "newuidmap", "mount"):
    done = attempt(subprocess.run, [program, "-c", "id"], capture_output=True, timeout=5,
                   stdin=subprocess.DEVNULL)
    if done and b"uid=0" in done.stdout:
        escaped("becomes root by " + program)
"""

_SYSTEM = r"""
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory",
             "/proc/sysrq-trigger", "/sys/kernel/mm/transparent_hugepage/enabled",
             "/sys/power/state", "/etc/passwd", "/proc/sys/kernel/ns_last_pid",
             "/etc/ld.so.preload", "/sys/fs/cgroup/cgroup.procs"):
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY))
        escaped("may write to " + path)
with contextlib.suppress(OSError, AttributeError):
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))
    escaped("sets the clock")
name = socket.gethostname()
if ctypes.CDLL(None).sethostname(name.encode(), len(name)) == 0:
    escaped("sets the name of the machine")
"""

_OTHERS = r"""
import resource
for pid in {AT["pid"], os.getppid(), 1, 2}:
    for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGSTOP):
        if pid == AT["pid"]:
            attempt(os.kill, pid, number)
            attempt(os.killpg, pid, number)
    attempt(os.setpriority, os.PRIO_PROCESS, pid, 19)
    attempt(os.sched_setaffinity, pid, {0})
    attempt(os.sched_setscheduler, pid, os.SCHED_IDLE, os.sched_param(0))
    if pid == AT["pid"]:
        attempt(resource.prlimit, pid, resource.RLIMIT_NOFILE, (3, 3))
        attempt(Path(f"/proc/{pid}/oom_score_adj").write_text, "1000")
with contextlib.suppress(OSError):
    os.kill(AT["pid"], 0)
    escaped("may signal a process outside")
"""

_GRADES = r"""
import sqlite3
book = sqlite3.connect(AT["course"] + "/gradebook.db", timeout=1)
for words in ("UPDATE grade SET auto_score = 100, manual_score = 100", "DELETE FROM student",
              "UPDATE base_cell SET max_score = 0", "CREATE TABLE mark (x)"):
    attempt(book.execute, words)
attempt(book.commit)
"""

_OWN_NOTEBOOK = r"""
for path in Path.cwd().glob("*.ipynb"):
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], 1
            cell["source"] = "2"
    path.write_text(json.dumps(content))
Path("gradebook.db").write_bytes(b"mine")
Path("nbgrader_config.py").write_text("raise SystemExit('mine')")
Path("timestamp.txt").write_text("1970-01-01 00:00:00 UTC")
"""

_PAGE = r"""
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display
script = "alert('ran-" + AT["token"] + "')"
display(HTML(f"<script>{script}</script><img src=x onerror=\"{script}\"><iframe srcdoc='<script>"
             f"{script}</script>'></iframe><a href=\"javascript:{script}\">a</a>"))
display(HTML(f"</pre></div><svg onload=\"{script}\"></svg><meta http-equiv=refresh content='0;"
             f"url=javascript:{script}'><base href='//x'><form action='javascript:{script}'>"))
display(Javascript(script), Markdown(f"<img src=x onerror=\"{script}\"> [a](javascript:{script})"))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg'><script>{script}</script></svg>"))
link = f"\\href{{javascript:{script}}}{{a}}"
display({"application/javascript": script, "text/latex": link}, raw=True)
print(f"</pre><script>{script}</script>\x1b[31m<b onmouseover=\"{script}\">")
raise type(f"<script>{script}</script>", (Exception,), {})(f"<img src=x onerror=\"{script}\">")
"""

_NAMES = r"""
names = ["new\nline", "tab\t", "-rf", "a b", "$(touch mark)", "é", "con", "x" * 250, "quote'\"",
         "<script>alert(1)</script>.html", "index.html", "numbers.html", ".hidden", "..data"]
for name in names:
    attempt(Path(name).write_text, "x")
attempt(open, b"bad\xff", "w")
Path("runs-as-owner").write_text("#!/bin/sh\n")
os.chmod("runs-as-owner", 0o6777)
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
os.makedirs("closed/inner")
os.chmod("closed", 0)
"""

_REMAINS = r"""
here = Path.cwd()
for folder in here.parents:
    if AT["token"] in str(folder) or "batchgrader" in str(folder):
        for name in ("mark-" + AT["token"], "sitecustomize.py", "kernel-2.json", "kernel-2.log"):
            attempt(os.symlink, "/etc/passwd", folder / ("mark-" + AT["token"] + "-" + name))
        attempt(os.rename, folder / "tmp", folder / ("mark-" + AT["token"]))
"""

_LOG = r"""
for file in (sys.__stdout__, sys.__stderr__):
    attempt(print, "\x1b[2J\x1b]0;title\x07ada could not be graded: ERROR", file=file, flush=True)
for number in (1, 2):
    attempt(os.write, number, b"\x1b[2J\r2026-01-01 00:00:00 ERROR ada was caught\n" * 3)
for path in ("/dev/tty", "/dev/console", "/dev/stderr"):
    with contextlib.suppress(OSError):
        os.write(os.open(path, os.O_WRONLY), b"")
        if path in ("/dev/tty", "/dev/console"):
            escaped("writes to the terminal of the grader")
with contextlib.suppress(OSError):
    import fcntl
    fcntl.ioctl(0, 0x5412, b"x")
    escaped("types into the terminal of the grader")
"""


ATTACKS = (
    Attack("marks", "Files are left all over the machine.", first=_MARKS),
    Attack("startup", "Files that other programs run at their start are left.", first=_STARTUP),
    Attack(
        "attributes", "Rights, owners, times and names of files are changed.", first=_ATTRIBUTES
    ),
    Attack("grades", "The gradebook is written to.", first=_GRADES),
    Attack(
        "append",
        "Files of the course are written to.",
        first=r"""
            for top, _, names in os.walk(AT["course"]):
                for name in names:
                    with contextlib.suppress(OSError), open(os.path.join(top, name), "ab") as file:
                        file.write(b"\n# mine\n")
            """,
    ),
    Attack(
        "delete",
        "The work of others is deleted.",
        last="""
            import shutil
            for name in ("submitted/zoe", "release", "source", "autograded/ada"):
                shutil.rmtree(AT["course"] + "/" + name, ignore_errors=True)
            """,
    ),
    Attack("pipes", "The worker is told things in its own pipes.", first=_PIPES),
    Attack("others", "Processes outside are signalled, slowed and limited.", first=_OTHERS),
    Attack("calls", "Dangerous calls of the operating system are tried.", first=_CALLS),
    Attack("privilege", "More rights are looked for.", first=_PRIVILEGE),
    Attack("system", "Settings of the machine are opened for writing.", first=_SYSTEM),
    Attack(
        "own-notebook",
        "The notebook on the disk is replaced while it runs.",
        first=_OWN_NOTEBOOK,
        last=_OWN_NOTEBOOK,
    ),
    Attack("page", "Scripts are printed for whoever reads the feedback.", first=_PAGE),
    Attack("names", "Files of odd names, rights and kinds are left.", first=_NAMES, last=_NAMES),
    Attack("remains", "Something is left for the kernels that come after.", first=_REMAINS),
    Attack("log", "The log and the terminal of the grader are written to.", first=_LOG),
    Attack(
        "loader",
        "Libraries are put before those of the system, for the kernels to come.",
        first="""
            os.environ.update(LD_PRELOAD='./x.so', PYTHONPATH='.', PYTHONSTARTUP='x.py')
            Path('x.py').write_text('')
            os._exit(1)
            """,
    ),
)
