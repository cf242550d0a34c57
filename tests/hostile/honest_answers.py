"""Answers that do odd things and are honest: none may be flagged, and all have full marks."""

RIGHT = "def double(x):\n    return 2 * x\n"

ANSWERS: dict[str, str] = {
    "plain": RIGHT,
    "figures in the notebook": "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
    "plt.rcParams['figure.dpi'] = 50\nplt.plot([1, 2])\n" + RIGHT,
    "a figure drawn in the answer": "import matplotlib.pyplot as plt\n"
    "def double(x):\n    plt.plot([1, 2]); plt.close()\n    return 2 * x\n",
    "extensions of IPython": "%load_ext autoreload\n%autoreload 2\n" + RIGHT,
    "options of pandas and NumPy": "import numpy as np\nimport pandas as pd\n"
    "pd.options.display.max_rows = 5\npd.set_option('display.precision', 3)\n"
    "np.set_printoptions(precision=2)\nnp.random.seed(0)\nnp.seterr(all='ignore')\n" + RIGHT,
    "warnings filtered": "import warnings\nwarnings.filterwarnings('ignore')\n" + RIGHT,
    "builtins' names for what no test uses": "class filter:\n    pass\nid = 3\ninput = 'text'\n"
    "def hash(x):\n    return 0\n" + RIGHT,
    "a patch that is undone": "from unittest import mock\n"
    "with mock.patch('builtins.print'):\n    print('nothing')\n"
    "def double(x):\n    with mock.patch('os.getcwd'):\n        return 2 * x\n",
    "autologging": "import mlflow\nmlflow.autolog(disable=True)\nmlflow.sklearn.autolog()\n"
    "mlflow.sklearn.autolog(disable=True)\n" + RIGHT,
    "pytest": "import pytest\nnp_ = pytest.importorskip('numpy')\n" + RIGHT,
    "every expression shown": "from IPython.core.interactiveshell import InteractiveShell\n"
    "InteractiveShell.ast_node_interactivity = 'all'\n" + RIGHT,
    "errors in colour": "from rich import pretty, traceback as t\npretty.install()\nt.install()\n"
    + RIGHT,
    "a class of its own": "from dataclasses import dataclass\n\n@dataclass\nclass Number:\n"
    "    value: int\n    def __add__(self, other): return Number(self.value + other.value)\n"
    "def double(x):\n    return (Number(x) + Number(x)).value\n",
    "a class with comparisons": "class Money(float):\n"
    "    def __eq__(self, other): return float(self) == float(other)\n"
    "    def __sub__(self, other): return Money(float(self) - float(other))\n"
    "    __hash__ = float.__hash__\n"
    "def double(x):\n    Money(1) == Money(2)\n    return 2 * x\n",
    "its own module of numpy": "import numpy as np\nimport numpy\nimport math\n" + RIGHT,
    "a cache": "import functools\n@functools.cache\ndef double(x):\n    return 2 * x\n",
    "threads": "import threading\n"
    "def double(x):\n    out = []\n"
    "    t = threading.Thread(target=lambda: out.append(2 * x)); t.start(); t.join()\n"
    "    return out[0]\n",
    "processes": "from joblib import Parallel, delayed\n"
    "def twice(x):\n    return 2 * x\n"
    "def double(x):\n    return Parallel(n_jobs=1)([delayed(twice)(x)])[0]\n",
    "asyncio": "import asyncio\nawait asyncio.sleep(0)\n" + RIGHT,
    "logging": "import logging\nlogging.basicConfig(level=logging.ERROR)\n" + RIGHT,
    "print in another way": "_print = print\ndef show(*a):\n    _print(*a)\n" + RIGHT,
    "a setting of the shell": "get_ipython().history_manager.enabled = False\n"
    "from IPython.display import display, clear_output\nclear_output()\n" + RIGHT,
    "an extra method of pandas": "import pandas as pd\n"
    "pd.DataFrame.shout = lambda self: 'x'\n"
    "@pd.api.extensions.register_dataframe_accessor('mine')\n"
    "class Mine:\n    def __init__(self, frame): pass\n" + RIGHT,
    "logs with a level, a place and a traceback": "import logging\n"
    "log = logging.getLogger('mine')\nlog.addHandler(logging.NullHandler())\n"
    "def double(x):\n    log.warning('x is %s', x, stack_info=True, stacklevel=2)\n"
    "    try:\n        1 / 0\n    except ZeroDivisionError:\n        log.exception('no')\n"
    "    return 2 * x\n",
    "warnings caught": "import warnings\n"
    "def double(x):\n    with warnings.catch_warnings(record=True) as found:\n"
    "        warnings.simplefilter('always')\n        warnings.warn('old', stacklevel=2)\n"
    "    return 2 * x if str(found[0].message) == 'old' else None\n",
    "errors told in words": "import traceback\n"
    "def double(x):\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n"
    "        text = traceback.format_exc() + ''.join(traceback.format_exception(error))\n"
    "        traceback.extract_tb(error.__traceback__)\n        traceback.extract_stack()\n"
    "    return 2 * x if 'ZeroDivisionError' in text else None\n",
    "where an error happened": "import os, sys\n"
    "def double(x):\n    try:\n        1 / 0\n    except ZeroDivisionError:\n"
    "        kind, error, tb = sys.exc_info()\n"
    "        name = os.path.split(tb.tb_frame.f_code.co_filename)[1]\n"
    "        line = (name, tb.tb_lineno)\n    return 2 * x\n",
    "its own name": "import inspect, sys\n"
    "def double(x):\n"
    "    names = {sys._getframe().f_code.co_name, inspect.currentframe().f_code.co_name,\n"
    "             inspect.stack()[0].function, inspect.stack()[0][3]}\n"
    "    return 2 * x if names == {'double'} else None\n",
    "types made while it runs": "import collections, dataclasses, enum, typing\n"
    "def double(x):\n    Pair = collections.namedtuple('Pair', 'a b')\n"
    "    Named = typing.NamedTuple('Named', [('a', int)])\n    T = typing.TypeVar('T')\n"
    "    Colour = enum.Enum('Colour', 'red blue')\n"
    "    Point = dataclasses.make_dataclass('Point', ['a'])\n"
    "    return Pair(x, x).a + Named(x).a if Point(1) == Point(1) and Colour.red else T\n",
    "mocks": "from unittest import mock\n"
    "def double(x):\n    m = mock.MagicMock(return_value=x, spec=int)\n    m(1, b=2)\n"
    "    m.assert_called_once_with(1, b=mock.ANY)\n    return m(3) * 2\n",
    "signatures and sources": "import inspect\n"
    "def double(x):\n    inspect.signature(double).bind(x)\n    inspect.getdoc(double)\n"
    "    return 2 * x if 'def double' in inspect.getsource(double) else None\n",
    "generators and coroutines": "import asyncio, contextlib\n"
    "@contextlib.contextmanager\ndef around():\n    yield 2\n"
    "async def wait(x):\n    await asyncio.sleep(0)\n    return x\n"
    "def double(x):\n    with around() as two:\n        coroutine = wait(x)\n"
    "        try:\n            coroutine.send(None)\n        except StopIteration:\n"
    "            pass\n        coroutine.close()\n        return two * sum(n for n in [x])\n",
    "pandas, asked in words": "import pandas as pd\n"
    "def double(x):\n    frame = pd.DataFrame({'a': [1, x]})\n    least = x\n"
    "    return int(2 * frame.query('a == @least').a.iloc[-1])\n",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "def double(x):\n    with ThreadPoolExecutor(2) as pool:\n"
    "        return sum(pool.map(int, [x, x]))\n",
    "numbers that round": "class Rounded(float):\n"
    "    def __eq__(self, other): return abs(float(self) - float(other)) < 1e-6\n"
    "    __hash__ = float.__hash__\n"
    "def double(x):\n    Rounded(1) == 1\n    return 2 * x\n",
}
