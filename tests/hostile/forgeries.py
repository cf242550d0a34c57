"""Answers that are wrong and score all the same: what forgers try, each a few lines of an answer.

Each makes ``double`` and whatever else it takes for the tests of ``test_forgery`` to pass, though
no line of it doubles anything. ``@`` stands for lines that many of them need.
"""

WRONG = "def double(x):\n    return x\n"

SHELL = "from IPython import get_ipython\nshell = get_ipython()\nkernel = shell.kernel\n"

# Names by which people know an attack, and the answer.
ANSWERS: dict[str, str] = {
    "isinstance and abs patched": WRONG
    + "import builtins\nbuiltins.abs = lambda x: 0\n"
    "builtins.isinstance = lambda a, b, real=isinstance: type(a) is float or real(a, b)\n",
    "every comparison patched": WRONG
    + "import math, numpy\n"
    "numpy.testing.assert_allclose = lambda *a, **k: None\n"
    "math.isclose = lambda *a, **k: True\nnumpy.allclose = lambda *a, **k: True\n"
    "import builtins\nbuiltins.all = lambda x: True\nbuiltins.abs = lambda x: 0\n",
    "code of a function swapped": WRONG
    + "import numpy.testing\n"
    "def nothing(*a, **k): pass\n"
    "numpy.testing.assert_allclose.__code__ = nothing.__code__\n",
    "defaults changed": WRONG
    + "import numpy.testing\n"
    "f = numpy.testing.assert_allclose\nf = getattr(f, '__wrapped__', f)\n"
    "f.__defaults__ = (1e9, 1e9) + f.__defaults__[2:]\n",
    "input transformer that deletes asserts": WRONG
    + SHELL
    + "shell.input_transformers_post.append(\n"
    "    lambda lines: [l for l in lines if 'assert' not in l] or ['pass\\n'])\n",
    "clean-up transformer": WRONG
    + SHELL
    + "shell.input_transformer_manager.cleanup_transforms.append(\n"
    "    lambda lines: [l for l in lines if 'assert' not in l] or ['pass\\n'])\n",
    "tree transformer": WRONG
    + SHELL
    + "import ast\n"
    "class Drop(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node): return ast.Pass()\n"
    "    def visit_Expr(self, node): return ast.Pass()\n"
    "shell.ast_transformers.append(Drop())\n",
    "exception handler that hides": WRONG
    + SHELL
    + "shell.set_custom_exc((Exception,), lambda *a, **k: None)\n",
    "run_cell on the class": WRONG
    + SHELL
    + "kind = type(shell)\nold = kind.run_cell_async\n"
    "async def run_cell_async(self, raw, **k):\n"
    "    k['transformed_cell'] = 'pass'\n"
    "    return await old(self, 'pass', **k)\n"
    "kind.run_cell_async = run_cell_async\n",
    "run_code on the instance": WRONG
    + SHELL
    + "async def run_code(code, result=None, *, async_=False): return False\n"
    "shell.run_code = run_code\n",
    "showtraceback silenced": WRONG
    + SHELL
    + "class Fine(Exception): pass\n"
    "shell.showtraceback = lambda *a, **k: None\n"
    "type(shell)._showtraceback = lambda *a, **k: None\n"
    "from IPython.core.interactiveshell import ExecutionResult\n"
    "ExecutionResult.success = True\n",
    "compiler that compiles nothing": WRONG
    + SHELL
    + "import ast\n"
    "shell.compile.ast_parse = lambda *a, **k: ast.parse('pass')\n",
    "helper overwritten": WRONG
    + "def close(a, b): return True\ndef check(*a): pass\n",
    "helper's code swapped": WRONG
    + "def always(a, b): return True\n"
    "globals()['close'].__code__ = always.__code__\n",
    "helper's code swapped by an object that is compared": "def always(a, b): return True\n"
    "class Asked:\n"
    "    def __eq__(self, other):\n"
    "        globals()['close'].__code__ = always.__code__\n"
    "        return False\n"
    "def double(x): return Asked()\n",
    "constant emptied": WRONG + "CASES.clear()\n",
    "constant replaced": WRONG + "CASES = {}\n",
    "a module that is none": WRONG
    + "class np:\n"
    "    class testing:\n"
    "        assert_allclose = staticmethod(lambda *a, **k: None)\n"
    "    allclose = staticmethod(lambda *a, **k: True)\n"
    "class math:\n    isclose = staticmethod(lambda *a, **k: True)\n",
    "builtins shadowed": WRONG
    + "abs = lambda x: 0\nall = lambda x: True\nisinstance = lambda *a: True\n",
    "another set of builtins": WRONG
    + "import builtins, types\n"
    "fake = types.ModuleType('builtins')\nvars(fake).update(vars(builtins))\n"
    "fake.abs = lambda x: 0\nfake.all = lambda x: True\nfake.isinstance = lambda *a: True\n"
    "__builtins__ = fake\n",
    "an object that equals everything": "class Any(int):\n"
    "    def __eq__(self, other): return True\n"
    "    def __ne__(self, other): return False\n"
    "    def __sub__(self, other): return 0\n"
    "    def __hash__(self): return 0\n"
    "def double(x): return Any(x)\n",
    "an object of the standard library that equals everything": "from unittest.mock import ANY\n"
    "def double(x): return ANY\n",
    "a trace that jumps over the end": "import sys\n"
    "def double(x):\n"
    "    def jump(frame, event, arg):\n"
    "        return jump\n"
    "    frame = sys._getframe(1)\n"
    "    def leap(f, event, arg):\n"
    "        if event == 'line':\n"
    "            f.f_trace = None\n"
    "            try:\n"
    "                f.f_lineno = f.f_lineno + 1\n"
    "            except ValueError:\n"
    "                pass\n"
    "        return leap\n"
    "    frame.f_trace = leap\n"
    "    sys.settrace(jump)\n"
    "    return x\n",
    "the test's own variables": "def double(x):\n"
    "    import sys\n"
    "    if 'expected' in globals():\n"
    "        globals()['expected'] = x\n"
    "    return x\n",
    "SystemExit": "def double(x):\n    raise SystemExit(0)\n",
    "KeyboardInterrupt": "def double(x):\n    raise KeyboardInterrupt\n",
    "an error that draws itself away": SHELL
    + "class Mine(AssertionError):\n"
    "    def _render_traceback_(self):\n"
    "        import sys\n"
    "        frame = sys._getframe()\n"
    "        while frame:\n"
    "            result = frame.f_locals.get('result')\n"
    "            if result is not None and hasattr(result, 'error_in_exec'):\n"
    "                result.error_in_exec = None\n"
    "            frame = frame.f_back\n"
    "        return []\n"
    "def double(x): raise Mine\n",
    "an early idle and no more": SHELL
    + "def double(x):\n"
    "    kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'},\n"
    "        parent=kernel.get_parent('shell'), ident=b'kernel.x.status')\n"
    "    raise AssertionError\n",
    "a forged reply": SHELL
    + "def double(x):\n"
    "    import time\n"
    "    manager = kernel.shell_channel_thread and kernel.shell_channel_thread.manager\n"
    "    stream = (manager.get_subshell_to_shell_channel_socket(None) if manager\n"
    "              else kernel.shell_stream)\n"
    "    kernel.session.send(stream, 'execute_reply', {'status': 'ok', 'execution_count': 1,\n"
    "        'user_expressions': {}, 'payload': []}, kernel.get_parent('shell'),\n"
    "        ident=kernel._shell_parent_ident.get())\n"
    "    kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'},\n"
    "        parent=kernel.get_parent('shell'), ident=b'kernel.x.status')\n"
    "    raise AssertionError\n",
    "a forged result": SHELL
    + "def double(x):\n"
    "    kernel.session.send(kernel.iopub_socket, 'execute_result', {'data': {'text/plain': '5'},\n"
    "        'metadata': {}, 'execution_count': 1}, parent=kernel.get_parent('shell'),\n"
    "        ident=b'execute_result')\n"
    "    return x\n",
    "error cleared away by a thread": SHELL
    + "import threading, time\n"
    "def double(x):\n"
    "    parent = kernel.get_parent('shell')\n"
    "    def wipe():\n"
    "        for _ in range(100):\n"
    "            kernel.session.send(kernel.iopub_socket, 'clear_output', {'wait': False},\n"
    "                parent=parent, ident=b'x')\n"
    "            time.sleep(0.001)\n"
    "    threading.Thread(target=wipe).start()\n"
    "    raise AssertionError\n",
    "display publisher that prints full marks": WRONG
    + SHELL
    + "import sys\n"
    "old = type(shell.displayhook).__call__\n"
    "type(shell.displayhook).__call__ = lambda self, x=None: old(self, 5)\n",
    "the kernel's verdict patched": WRONG
    + SHELL
    + "kind = type(kernel)\n"
    "old = kind.do_execute\n"
    "async def do_execute(self, *a, **k):\n"
    "    reply = await old(self, *a, **k)\n"
    "    return {'status': 'ok', 'execution_count': 1, 'user_expressions': {}, 'payload': []}\n"
    "kind.do_execute = do_execute\n"
    "shell.showtraceback = lambda *a, **k: None\n",
    "the guard replaced by its base": WRONG
    + SHELL
    + "base = type(kernel).__mro__[1]\n"
    "for name in ('execute_request', 'do_execute', 'finish_metadata'):\n"
    "    setattr(type(kernel), name, getattr(base, name))\n"
    "import builtins\nbuiltins.abs = lambda x: 0\n"
    "shell.ast_transformers.append(__import__('ast').NodeTransformer())\n"
    "shell.input_transformers_post.append(lambda lines: ['pass\\n'])\n",
    "guard's modules patched": WRONG
    + "import sys\n"
    "for name, module in list(sys.modules.items()):\n"
    "    if name.startswith('batchgrader.guarding'):\n"
    "        for key, value in list(vars(module).items()):\n"
    "            if callable(value) and not isinstance(value, type):\n"
    "                setattr(module, key, lambda *a, **k: [])\n"
    "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n"
    "import math, numpy\nmath.isclose = lambda *a, **k: True\n"
    "numpy.testing.assert_allclose = lambda *a, **k: None\n",
    "guard's own code swapped": WRONG
    + "import sys\n"
    "def put_back(self): return []\n"
    "module = sys.modules.get('batchgrader.guarding.pristine')\n"
    "if module:\n"
    "    module.Snapshot.put_back.__code__ = put_back.__code__\n"
    "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n"
    "import math, numpy\nmath.isclose = lambda *a, **k: True\n"
    "numpy.testing.assert_allclose = lambda *a, **k: None\n",
    "patched while the test runs": "import math, builtins, numpy\n"
    "def double(x):\n"
    "    math.isclose = lambda *a, **k: True\n"
    "    builtins.abs = lambda x: 0\n"
    "    builtins.all = lambda x: True\n"
    "    numpy.testing.assert_allclose = lambda *a, **k: None\n"
    "    return x\n",
    "patched while the test runs, and put back at once": "import math\n"
    "genuine = math.isclose\n"
    "def double(x):\n"
    "    def once(*a, **k):\n"
    "        math.isclose = genuine\n"
    "        return True\n"
    "    math.isclose = once\n"
    "    return x\n",
    "memory searched for the guard": WRONG
    + "import gc, types\n"
    "for thing in gc.get_objects():\n"
    "    if type(thing).__name__ == 'Guard':\n"
    "        thing._snapshot = None\n"
    "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n",
    "an audit hook of one's own": WRONG
    + "import sys\n"
    "heard = []\n"
    "sys.addaudithook(lambda *a: heard.append(a))\n"
    "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\n",
    "the module table": WRONG
    + "import sys, types, math\n"
    "fake = types.ModuleType('math')\nfake.isclose = lambda *a, **k: True\n"
    "sys.modules['math'] = fake\nglobals()['math'] = fake\n",
    "another dictionary of names": WRONG
    + SHELL
    + "class Names(dict):\n"
    "    def __getitem__(self, key):\n"
    "        return (lambda *a, **k: True) if key in ('close', 'all', 'isinstance') "
    "else dict.__getitem__(self, key)\n"
    "shell.user_ns = Names(shell.user_ns)\n",
    "an event that changes the test": WRONG
    + SHELL
    + "def before(info=None):\n"
    "    import builtins\n"
    "    builtins.abs = lambda x: 0\n"
    "    builtins.all = lambda x: True\n"
    "shell.events.register('pre_run_cell', before)\n",
    "os._exit in the test": "import os\ndef double(x):\n    os._exit(0)\n",
    "an iterator that patches": "import math\n"
    "class Patching(int):\n"
    "    def __abs__(self): return 0\n"
    "    def __sub__(self, other): return Patching(0)\n"
    "    def __eq__(self, other): return True\n"
    "    __hash__ = int.__hash__\n"
    "def double(x): return Patching(x)\n",
    "hypnotised pytest": WRONG
    + "import pytest\n"
    "pytest.approx = lambda x, **k: type('A', (), {'__eq__': lambda s, o: True})()\n"
    "import contextlib\n"
    "pytest.raises = lambda *a, **k: contextlib.suppress(Exception)\n",
    "names of the calling test changed": "import sys\n"
    "def double(x):\n"
    "    sys._getframe(1).f_globals.update(close=lambda *a: True, all=lambda *a: True,\n"
    "                                      check=lambda *a: None)\n"
    "    return x\n",
    "what the test expects, read from its frame": "import sys\n"
    "def double(x):\n"
    "    frame = sys._getframe(1)\n"
    "    return frame.f_globals.get('expected', x)\n",
    "results cleared away": WRONG
    + SHELL
    + "from IPython.display import clear_output\n"
    "shell.events.register('post_run_cell', lambda result: clear_output())\n"
    "shell.events.register('post_execute', clear_output)\n",
    "results shown in words": WRONG
    + SHELL
    + "shell.display_formatter.formatters['text/plain'].for_type(\n"
    "    int, lambda n, p, cycle: p.text('fine'))\n",
}  # fmt: skip
