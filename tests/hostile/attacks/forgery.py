"""Forgeries: wrong answers that want points. Where one gets any, it must be flagged."""

from typing import Any

from hostile_course import HIDDEN, WRONG, code_cell

from attacks import Attack

# Replaced in the kernel's process, so that every test seems to have ended well.
_FAKE_REPLY = r"""
import asyncio
kernel = get_ipython().kernel


async def pretend(self, stream, ident, parent):
    ok = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    self._publish_status("busy", "shell", parent=parent)
    self._publish_execute_input("pass", parent, 1)
    self.session.send(stream, "execute_reply", ok, parent, ident=ident)
    self._publish_status("idle", "shell", parent=parent)

type(kernel).execute_request = pretend
kernel.shell_handlers["execute_request"] = lambda *a: pretend(kernel, *a)
"""

# Says in the kernel's name that the cell has ended well, before its test has failed.
_EARLY_END = r"""
def early():
    kernel = get_ipython().kernel
    parent = kernel.get_parent("shell")
    ok = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    ident = kernel._parent_ident.get("shell") if hasattr(kernel, "_parent_ident") else None
    attempt(kernel.session.send, kernel.shell_stream, "execute_reply", ok, parent, ident=ident)
    attempt(kernel.shell_stream.flush)
    kernel.session.send(
        kernel.iopub_socket, "status", {"execution_state": "idle"}, parent,
        ident=kernel._topic("status"),
    )
    time.sleep(0.5)


def double(x):
    early()
    return -1


def spread(values):
    early()
    return np.array([-1.0])
"""

# A second kernel takes the sockets of the first, and says yes to everything.
_SECOND_KERNEL = r"""# endless
from ipykernel.connect import get_connection_file

kernel = get_ipython().kernel
about = json.loads(Path(get_connection_file()).read_text())
about["now"], about["who"] = kernel.get_parent("shell"), kernel._parent_ident["shell"][0].hex()
program = '''
import json, os, sys, time, zmq
from jupyter_client.session import Session
about = json.loads(sys.argv[1])
session = Session(key=about["key"].encode(), signature_scheme=about["signature_scheme"])
context = zmq.Context()
join = "-" if about["transport"] == "ipc" else ":"


def bind(kind, port):
    made = context.socket(kind)
    path = about["ip"] + join + str(about[port])
    if about["transport"] == "ipc" and os.path.exists(path):
        os.unlink(path)
    for _ in range(50):
        try:
            made.bind(about["transport"] + "://" + path)
            return made
        except zmq.ZMQError:
            time.sleep(0.1)


iopub, shell = bind(zmq.PUB, "iopub_port"), bind(zmq.ROUTER, "shell_port")


def agree(parent, ident):
    kind = parent["header"]["msg_type"]
    session.send(iopub, "status", {"execution_state": "busy"}, parent)
    session.send(iopub, "execute_input", {"code": "", "execution_count": 1}, parent)
    ok = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    session.send(shell, kind.replace("request", "reply"), ok, parent, ident=ident)
    session.send(iopub, "status", {"execution_state": "idle"}, parent)


for _ in range(10):
    time.sleep(0.1)
    agree(about["now"], [bytes.fromhex(about["who"])])
while True:
    ident, parts = session.feed_identities(shell.recv_multipart())
    agree(session.deserialize(parts), ident)
'''
words = json.dumps(about, default=str)
log = open("second.log", "w")
subprocess.Popen([sys.executable, "-c", program, words], start_new_session=True, stderr=log)
os.closerange(3, 1000)
os.kill(os.getpid(), signal.SIGSTOP)
"""


def skip_tests(content: dict[str, Any]) -> None:
    """Tag the tests so that a runner leaves them out."""
    for each in content["cells"]:
        if each["id"] in HIDDEN:
            each["metadata"]["tags"] = ["skip-execution", "remove-cell", "raises-exception"]


def raise_points(content: dict[str, Any]) -> None:
    """Make tests worth more, and say that they are answers."""
    for each in content["cells"]:
        if each["id"] in HIDDEN:
            each["metadata"]["nbgrader"].update(points=100, locked=False, solution=True)
            each["source"] = "pass"


def copy_tests(content: dict[str, Any]) -> None:
    """Put empty tests of the same names before the real ones."""
    marks = {each["id"]: each["metadata"] for each in content["cells"]}
    for name in HIDDEN:
        content["cells"].insert(0, code_cell("100", name) | {"metadata": marks[name]})


def hand_in_results(content: dict[str, Any]) -> None:
    """Hand tests in as if they had run well."""
    for each in content["cells"]:
        if each["id"] in HIDDEN:
            shown = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
            each.update(execution_count=1, outputs=[shown | {"data": {"text/plain": "2"}}])


def other_kernel(content: dict[str, Any]) -> None:
    """Ask for a kernel of one's own."""
    content["metadata"]["kernelspec"] = {"name": "yes", "display_name": "Yes", "language": "yes"}


_YES = (
    b'{"argv": ["sh", "-c", "touch \\"$HOME/mark\\"; exec python -m ipykernel_launcher -f $0",'
    b' "{connection_file}"], "display_name": "Yes", "language": "python"}'
)
_YES_CLASS = """class Yes:
    def __getattr__(self, name):
        return Yes()

    def __call__(self, *words, **named):
        return Yes()


"""
_FAKE = f"""{_YES_CLASS}def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Yes()
""".encode()

ATTACKS = (
    Attack(
        "builtins",
        "Comparing and summing are replaced among the builtins.",
        first="""
            import builtins
            builtins.sum = lambda *a: 2.0
            """,
        answers=WRONG,
    ),
    Attack(
        "math",
        "The function that the helper of the tests leans on is replaced.",
        first="""
            import math
            math.isclose = lambda *a, **k: True
            """,
        answers=WRONG,
    ),
    Attack(
        "numpy-testing",
        "The code of numpy's assertions is replaced in place.",
        first="""
            import numpy.testing as t
            from numpy.testing._private import utils
            for f in (t.assert_allclose, utils.assert_array_compare):
                f = getattr(f, '__wrapped__', f)
                f.__code__ = (lambda *a, **k: None).__code__
            """,
        answers=WRONG,
    ),
    Attack(
        "numpy-compare",
        "What numpy's assertions lean on is replaced.",
        first="""
            import numpy as np
            from numpy.testing._private import utils
            np._core.numeric.isclose = np.isclose = lambda *a, **k: np.bool_(True)
            utils.array = utils.np.array = lambda x, *a, **k: np.asanyarray(0.0)
            """,
        answers=WRONG,
    ),
    Attack(
        "pandas-testing",
        "pandas' assertions are replaced, and what they call.",
        first="""
            import pandas as pd, pandas._testing as t
            yes = lambda *a, **k: None
            pd.testing.assert_frame_equal = t.assert_frame_equal = yes
            pd.DataFrame.equals = lambda *a: True
            """,
        answers=WRONG,
    ),
    Attack(
        "unittest",
        "unittest's assertions never fail.",
        first="""
            import unittest
            unittest.TestCase._getAssertEqualityFunc = lambda *a: lambda *a, **k: None
            """,
        answers=WRONG,
    ),
    Attack(
        "modules",
        "The modules that tests import are replaced by others.",
        first="""
            import types


            class Yes(types.ModuleType):
                def __getattr__(self, name):
                    return lambda *a, **k: 2


            for name in ('numpy.testing', 'pandas.testing', 'math', 'unittest', 'unittest.case'):
                sys.modules[name] = Yes(name)
            """,
        answers=WRONG,
    ),
    Attack(
        "names",
        "The names that tests use stand for something else when they run.",
        answers=WRONG
        | {
            "double": _YES_CLASS + "unittest = Yes()\n" + WRONG["double"],
            "spread": "np = Yes()\n" + WRONG["spread"],
            "tidy": "pd = Yes()\n" + WRONG["tidy"],
        },
    ),
    Attack(
        "helper",
        "The helper of the tests is defined anew.",
        answers=WRONG
        | {
            "ratio": WRONG["ratio"] + "\n\n\ndef close(*a):\n    return True",
        },
    ),
    Attack(
        "equal-to-all",
        "Answers are objects that are equal to everything.",
        answers=WRONG
        | {
            "double": """
                    class Equal:
                        def __eq__(self, other):
                            return True


                    def double(x):
                        return Equal()
                    """,
        },
    ),
    Attack(
        "input-transformer",
        "Tests are emptied before they are compiled.",
        first=r"""
            shell = get_ipython()
            empty = lambda lines: ['pass\n'] if any('assert' in l for l in lines) else lines
            shell.input_transformers_cleanup.append(empty)
            shell.input_transformers_post.append(empty)
            """,
        answers=WRONG,
    ),
    Attack(
        "tree-transformer",
        "Statements that can fail are cut from the tests.",
        first="""
            import ast


            class Cut(ast.NodeTransformer):
                def visit_Assert(self, node):
                    return ast.Pass()
                def visit_Expr(self, node):
                    return ast.Pass() if 'assert' in ast.dump(node) else node


            get_ipython().ast_transformers.append(Cut())
            """,
        answers=WRONG,
    ),
    Attack(
        "exception-handler",
        "Errors are handled without a word.",
        first="get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
        answers=WRONG,
    ),
    Attack(
        "silent-traceback",
        "Errors are shown to nobody.",
        first="""
            shell = get_ipython()
            for name in ('showtraceback', '_showtraceback'):
                setattr(shell, name, lambda *a, **k: None)
                setattr(type(shell), name, lambda *a, **k: None)
            """,
        answers=WRONG,
    ),
    Attack(
        "run-code",
        "The shell runs no code any more.",
        first="""
            async def nothing(self, *a, **k):
                return False


            for kind in type(get_ipython()).__mro__:
                if 'run_code' in vars(kind):
                    kind.run_code = nothing
            """,
        answers=WRONG,
    ),
    Attack(
        "trace",
        "A tracer changes the variables of tests between two lines.",
        first="""
            def trace(frame, event, value):
                names = frame.f_globals
                if event == 'line' and 'found' in names:
                    names['found'] = [1, 1]
                if event == 'line' and 'full' in names:
                    names['tidy'] = lambda frame: names['full']
                return trace


            get_ipython().events.register('pre_run_cell', lambda info: sys.settrace(trace))
            """,
        answers=WRONG,
    ),
    Attack(
        "clear-output",
        "After each cell its output is cleared.",
        first="""
            from IPython.display import clear_output
            get_ipython().events.register('post_run_cell', lambda result: clear_output())
            get_ipython().events.register('post_execute', clear_output)
            """,
        answers=WRONG,
    ),
    Attack(
        "forged-result",
        "A result is sent in the test's name, and errors are hidden.",
        first="""
            shell = get_ipython()
            shell.showtraceback = lambda *a, **k: None
            """,
        answers=WRONG
        | {
            name: source.replace(":\n", ":\n    sys.displayhook(2)\n", 1)
            for name, source in WRONG.items()
        },
    ),
    Attack(
        "early-end",
        "The kernel seems to say that a test has ended, before it fails.",
        answers=WRONG | {"double": _EARLY_END, "spread": "pass"},
    ),
    Attack(
        "forged-reply",
        "The kernel answers every request at once, and runs nothing.",
        first=_FAKE_REPLY,
        answers=WRONG,
    ),
    Attack(
        "second-kernel",
        "Another program takes the kernel's sockets and says yes to everything.",
        first=_SECOND_KERNEL,
        answers=WRONG,
    ),
    Attack(
        "system-exit",
        "Answers leave the test before it can fail.",
        answers=WRONG
        | {
            "double": """
                    def double(x):
                        raise SystemExit(0)
                    """,
            "spread": """
                    def spread(values):
                        raise GeneratorExit
                    """,
            "tidy": """
                    def tidy(frame):
                        raise StopIteration
                    """,
            "ratio": """
                    def ratio(part, whole):
                        os._exit(0)
                    """,
        },
        first="pass",
    ),
    Attack(
        "namespace",
        "The names of the tests are looked up in a dictionary that lies.",
        first="""
            class Lies(dict):
                def __getitem__(self, name):
                    if name in ('double', 'spread', 'tidy', 'ratio', 'close'):
                        return lambda *a, **k: 6
                    return super().__getitem__(name)


            shell = get_ipython()
            shell.user_ns = Lies(shell.user_ns)
            shell.user_ns['__builtins__'] = {**vars(__import__('builtins')), 'sum': lambda *a: 2}
            """,
        answers=WRONG,
    ),
    Attack(
        "import-hook",
        "Whatever is imported from now on is a fake.",
        first="""
            import importlib.abc, importlib.machinery


            class Hook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                def find_spec(self, name, path, target=None):
                    if name.split('.')[0] in ('numpy', 'pandas', 'unittest', 'math'):
                        return importlib.machinery.ModuleSpec(name, self, is_package=True)
                def create_module(self, spec):
                    return None
                def exec_module(self, module):
                    module.__getattr__ = lambda name: lambda *a, **k: 2


            sys.meta_path.insert(0, Hook())
            for name in list(sys.modules):
                if name.split('.')[0] in ('pandas', 'unittest'):
                    del sys.modules[name]
            """,
        answers=WRONG,
    ),
    Attack(
        "guard-hunt",
        "Whatever in the process may belong to the grader is found and replaced.",
        first="""
            import gc, types
            import numpy.testing


            def yes(*a, **k):
                return True


            for name, module in list(sys.modules.items()):
                if name.startswith('batchgrader'):
                    for key, value in list(vars(module).items()):
                        if isinstance(value, types.FunctionType):
                            setattr(module, key, yes)
                            attempt(setattr, value, '__code__', yes.__code__)
            for found in gc.get_objects():
                if isinstance(found, types.FunctionType) and 'batchgrader' in str(found.__module__):
                    attempt(setattr, found, '__code__', yes.__code__)
                if isinstance(found, types.ModuleType) and found.__name__ == 'numpy.testing':
                    found.assert_allclose = yes
            """,
        answers=WRONG,
    ),
    Attack(
        "caller",
        "Answers change the variables of the test that calls them.",
        answers=WRONG
        | {
            "ratio": """
                    def ratio(part, whole):
                        sys._getframe(1).f_globals.update(close=lambda *a: True, sum=lambda *a: 2)
                        return -1.0
                    """,
        },
        first="pass",
    ),
    Attack("skip-tag", "The tests are tagged as not to be run.", answers=WRONG, change=skip_tests),
    Attack("points", "The tests are worth a hundred points.", answers=WRONG, change=raise_points),
    Attack("copies", "Empty tests of the same name come first.", answers=WRONG, change=copy_tests),
    Attack("results", "The tests are handed in with results.", change=hand_in_results),
    Attack(
        "shadows",
        "Files beside the notebook take the place of modules.",
        answers=WRONG,
        files={
            "unittest.py": _FAKE,
            "pandas/__init__.py": _FAKE,
            "numpy/testing.py": _FAKE,
            "sitecustomize.py": _FAKE,
            "usercustomize.py": _FAKE,
            "conftest.py": _FAKE,
            "random.py": _FAKE,
        },
    ),
    Attack(
        "own-kernel",
        "The submission brings a kernel and a profile of IPython.",
        answers=WRONG,
        change=other_kernel,
        files={
            "kernels/yes/kernel.json": _YES,
            "share/jupyter/kernels/yes/kernel.json": _YES,
            "kernels/python3/kernel.json": _YES,
            "ipykernel_launcher.py": _FAKE,
            "ipython_config.py": b"c = get_config()\nc.InteractiveShell.ast_transformers = []\n",
            "ipython_kernel_config.py": b"open('mark-config', 'w')\n",
            ".ipython/profile_default/startup/00.py": b"raise SystemExit\n",
        },
    ),
)
