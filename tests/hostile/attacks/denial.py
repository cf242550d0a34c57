"""Denial of service: submissions that use up time, memory, disk, processes, or kill what they see.

A cell with the comment ``# endless`` has a few seconds; see ``hostile_course``.
"""

from hostile_course import HONEST

from attacks import Attack

_DAEMON = r"""
def leave():
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.closerange(0, 3)
    libc = ctypes.CDLL(None)
    libc.prctl(1, 0)
    libc.prctl(15, b"innocent", 0, 0, 0)
    while True:
        time.sleep(1)
        if os.fork():
            os._exit(0)


for _ in range(5):
    if os.fork() == 0:
        leave()
"""

_EVERYTHING = r"""
for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    for pid in others():
        attempt(os.kill, pid, number)
    attempt(os.kill, os.getppid(), number)
    attempt(os.killpg, os.getpgid(os.getppid()), number)
    attempt(os.kill, -1, number)
"""

_LIMITS = r"""# endless
import resource
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        number = getattr(resource, name)
        with contextlib.suppress(OSError, ValueError):
            soft, hard = resource.getrlimit(number)
            resource.setrlimit(number, (hard, hard))
            resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            if name in ("RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NICE") and hard != -1:
                escaped("lifts " + name)
with contextlib.suppress(OSError):
    os.nice(-20)
    escaped("runs before all others")
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(1))
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        escaped("runs in real time")
while True:
    pass
"""

_MEMORY_TREE = r"""# endless
for _ in range(12):
    if os.fork() == 0:
        kept = []
        while True:
            kept.append(os.urandom(1 << 20) * 16)
            time.sleep(0.01)
while True:
    time.sleep(1)
"""

_DEAF = r"""# endless
for number in range(1, 65):
    attempt(signal.signal, number, signal.SIG_IGN)
    attempt(signal.pthread_sigmask, signal.SIG_BLOCK, {number})
while True:
    try:
        while True:
            time.sleep(100)
    except BaseException:
        pass
"""

_SHARED = r"""# endless
import multiprocessing, tempfile
from multiprocessing import shared_memory
kept = []
with contextlib.suppress(BaseException):
    for _ in range(2000):
        kept.append(multiprocessing.Semaphore())
with contextlib.suppress(BaseException):
    for _ in range(64):
        kept.append(shared_memory.SharedMemory(create=True, size=50_000_000))
        kept[-1].buf[::4096] = b"x" * len(kept[-1].buf[::4096])
libc = ctypes.CDLL(None)
for _ in range(5000):
    if libc.shmget(0, 10_000_000, 0o1600) < 0 or libc.semget(0, 100, 0o1600) < 0:
        break
for _ in range(5000):
    if libc.inotify_init() < 0 or libc.eventfd(0, 0) < 0 or libc.memfd_create(b"x", 0) < 0:
        break
os._exit(0)
"""


def _endless(body: str) -> str:
    return f"# endless\nwhile True:\n    {body}"


ATTACKS = (
    Attack("loop", "A loop never ends.", first=_endless("pass")),
    Attack("output", "A loop prints without end.", first=_endless("print('x' * 1000)")),
    Attack(
        "descriptor",
        "A loop writes to the kernel's own standard output.",
        first=_endless("os.write(1, b'x' * 10_000); os.write(2, b'y' * 10_000)"),
    ),
    Attack(
        "kernel-log",
        "The log of the kernel is filled, past all that catches output.",
        first=_endless("sys.__stdout__.write('x' * 100_000); sys.__stderr__.write('y' * 100_000)"),
    ),
    Attack(
        "display",
        "A display is updated without end, each time with ten megabytes.",
        first="""
            # endless
            from IPython.display import display
            shown = display('x', display_id=True)
            while True:
                shown.update('x' * 10_000_000)
            """,
        deadly=True,
    ),
    Attack(
        "one-message",
        "One message is larger than the memory that is meant for it.",
        first="""
            from IPython.display import HTML, display
            display(HTML('x' * 100_000_000))
            """,
        deadly=True,
    ),
    Attack(
        "messages",
        "Messages of all kinds are sent in the kernel's name.",
        first="""
            # endless
            kernel = get_ipython().kernel
            parent = kernel.get_parent('shell')
            while True:
                for kind in ('status', 'stream', 'error', 'comm_open', 'clear_output', 'x'):
                    kernel.session.send(kernel.iopub_socket, kind, {'execution_state': 'busy',
                                        'x': 'x' * 1000}, parent)
            """,
        deadly=True,
    ),
    Attack(
        "traceback",
        "An error is told at enormous length.",
        first="""
            # endless
            class Long(Exception):
                def __str__(self):
                    return 'x' * 50_000_000


            def deep(n):
                try:
                    1 / 0 if n == 0 else deep(n - 1)
                except Exception as error:
                    raise Long('x' * 100_000) from error


            deep(60)
            """,
        deadly=True,
    ),
    Attack(
        "recursion",
        "Recursion goes deeper than the stack.",
        first="""
            # endless
            sys.setrecursionlimit(10**8)


            def deep(x):
                return deep([x])[0]


            threading.stack_size(0)
            deep(0)
            """,
        deadly=True,
    ),
    Attack(
        "crash",
        "The interpreter is made to crash, with a picture of its memory.",
        first="""
            import resource
            attempt(resource.setrlimit, resource.RLIMIT_CORE, (-1, -1))
            ctypes.string_at(0)
            """,
        last="os.abort()",
    ),
    Attack(
        "exits",
        "Every cell and every answer ends the kernel.",
        first="os._exit(0)",
        last="os._exit(1)",
        answers=dict.fromkeys(HONEST, "os._exit(2)"),
    ),
    Attack("deaf", "A cell sleeps for ever and hears no signal.", first=_DEAF),
    Attack(
        "stop",
        "The kernel stops itself.",
        first="""
            # endless
            os.kill(os.getpid(), signal.SIGSTOP)
            """,
    ),
    Attack(
        "stopped-threads",
        "The threads that speak for the kernel are blocked.",
        first="""
            # endless
            from tornado.ioloop import IOLoop
            kernel = get_ipython().kernel
            for thread in (kernel.iopub_thread, kernel.control_thread):
                attempt(thread.io_loop.add_callback, time.sleep, 1000)
            print('x')
            time.sleep(1000)
            """,
    ),
    Attack(
        "sockets",
        "The kernel's sockets are closed under it.",
        first="""
            # endless
            os.closerange(3, 5000)
            time.sleep(1000)
            """,
    ),
    Attack(
        "other-program",
        "The kernel becomes another program.",
        first="""
            # endless
            os.execvp('sleep', ['sleep', '1000'])
            """,
    ),
    Attack(
        "daemon", "Programs that no longer belong to the kernel go on.", first=_DAEMON, deadly=True
    ),
    Attack(
        "background",
        "Programs keep the processors busy after the cell has ended.",
        first="""
            for _ in range(20):
                subprocess.Popen([sys.executable, '-c', 'while True: pass'],
                                 start_new_session=True)
            """,
        deadly=True,
    ),
    Attack(
        "fork-bomb",
        "Processes make processes without end.",
        first="""
            # endless
            while True:
                with contextlib.suppress(OSError):
                    os.fork()
            """,
        deadly=True,
    ),
    Attack(
        "zombies",
        "Ended processes are left unburied.",
        first="""
            # endless
            for _ in range(5000):
                if os.fork() == 0:
                    os._exit(0)
            """,
        deadly=True,
    ),
    Attack(
        "threads",
        "Threads are made without end.",
        first="""
            # endless
            threading.stack_size(1 << 16)
            while True:
                with contextlib.suppress(RuntimeError):
                    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            """,
        deadly=True,
    ),
    Attack(
        "memory",
        "One process takes all memory.",
        first="""
            # endless
            kept = []
            while True:
                kept.append(os.urandom(1 << 20) * 32)
            """,
        deadly=True,
    ),
    Attack(
        "memory-tree",
        "Many processes take a little memory each, and together all.",
        first=_MEMORY_TREE,
        deadly=True,
    ),
    Attack(
        "address-space",
        "Memory is reserved that nobody has.",
        first="""
            import mmap
            import numpy
            attempt(numpy.ones, (10**6, 10**6))
            attempt(mmap.mmap, -1, 1 << 45)
            x = bytearray(1 << 36)
            """,
        deadly=True,
    ),
    Attack(
        "disk",
        "One file fills the disk.",
        first="""
            # endless
            with open('big', 'wb') as file:
                while True:
                    file.write(b'x' * 10_000_000)
            """,
        deadly=True,
    ),
    Attack(
        "disk-apart",
        "Many files fill the disk, in the folder for temporary files.",
        first="""
            # endless
            import tempfile
            for number in range(10**9):
                with open(f'{tempfile.gettempdir()}/{number}', 'wb') as file:
                    file.write(b'x' * 5_000_000)
            """,
        deadly=True,
    ),
    Attack(
        "small-files",
        "A million small files are made.",
        first="""
            # endless
            for number in range(10**9):
                if number % 1000 == 0:
                    os.mkdir(f'd{number}')
                open(f'd{number // 1000 * 1000}/{number}', 'wb').close()
            """,
        deadly=True,
    ),
    Attack(
        "sparse",
        "A file claims to be enormous.",
        first="""
            attempt(os.truncate, open('sparse', 'wb').name, 1 << 42)
            for number in range(50):
                with open(f'holes{number}', 'wb') as file:
                    attempt(file.truncate, 900_000_000)
            """,
    ),
    Attack(
        "deep-folders",
        "Folders lie in folders without end.",
        first="""
            for number in range(3000):
                os.mkdir('d')
                os.chdir('d')
            """,
    ),
    Attack(
        "open-files",
        "Files are opened without end.",
        first="""
            kept = []
            with contextlib.suppress(OSError):
                while True:
                    kept.append(os.open('/dev/null', os.O_RDONLY))
            with contextlib.suppress(OSError):
                while True:
                    kept += os.pipe()
            """,
    ),
    Attack(
        "shared", "Semaphores, shared memory and watches are used up.", first=_SHARED, deadly=True
    ),
    Attack("limits", "Limits are lifted and priority is taken.", first=_LIMITS, deadly=True),
    Attack(
        "timers",
        "Alarms are set, and signals sent to oneself.",
        first="""
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            time.sleep(1)
            """,
        last="""
            os.kill(0, signal.SIGINT)
            os.kill(0, signal.SIGTERM)
            """,
        deadly=True,
    ),
    Attack(
        "parents",
        "The worker is stopped.",
        first="""
            # endless
            for number in (signal.SIGSTOP, signal.SIGKILL):
                attempt(os.kill, os.getppid(), number)
            time.sleep(1000)
            """,
        deadly=True,
    ),
    Attack("everything", "Everything that can be seen is killed.", first=_EVERYTHING, deadly=True),
    Attack(
        "own-folder",
        "The notebook takes itself the right to its own folder.",
        first="""
            import shutil
            here = os.getcwd()
            for folder in (os.path.dirname(here), here):
                attempt(os.chmod, folder, 0)
            attempt(shutil.rmtree, os.environ.get('TMPDIR', here))
            """,
        last="os._exit(0)",
    ),
    Attack(
        "slow-end",
        "The kernel takes for ever to end.",
        first="""
            import atexit
            atexit.register(time.sleep, 1000)
            threading.Thread(target=time.sleep, args=(1000,)).start()


            class Last:
                def __del__(self):
                    time.sleep(1000)


            last = Last()
            """,
    ),
)
