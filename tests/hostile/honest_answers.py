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
}
