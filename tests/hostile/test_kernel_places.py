"""Where notebooks run: their files, environment and processes, and that nothing of them is left."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat.v4
import psutil
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbgrader.preprocessors import Execute
from small_jobs import ISOLATED, OPEN, cells, job, kinds, notebook, outputs, run, settings

from batchgrader.execution import run_job
from batchgrader.jobs import File, Limits, Result
from batchgrader.kernels.scratch import LOCK
from batchgrader.kernels.sources import Recipe, source_of


@pytest.fixture
def temporary() -> Path:
    """Where all folders of submissions lie that this process runs."""
    return source_of(ISOLATED).scratch


def kernelspec(folder: Path, name: str, argv: list[str]) -> None:
    spec = folder / "kernels" / name / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


def living(*command: str) -> list[int]:
    """The processes that run this very command."""
    return [
        each.pid for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == [*command]
    ]


def test_an_ordinary_notebook_gives_what_nbgraders_own_execute_gives(tmp_path: Path) -> None:
    sources = (
        "import random\nprint('hello')",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\n{'a': 1}",
        "def f(x):\n    return 1 / x\nf(0)",
        "import sys\nprint('oh', file=sys.stderr)",
        "%%time\nx = 3",
        "?len",
        "!echo shell",
        "raise KeyboardInterrupt",
        "_, In[1], __name__",
    )
    ours = cells(run(*sources))
    resources = {"metadata": {"path": str(tmp_path)}}
    theirs, _ = Execute().preprocess(nbformat_of(notebook(*sources)), resources)
    for mine, stock in zip(ours, theirs.cells, strict=True):
        assert mine.execution_count == stock.execution_count
        assert set(mine.metadata.execution) == set(stock.metadata.execution)
        if "%%time" not in mine.source:
            assert plain(mine.outputs) == plain(stock.outputs)


def nbformat_of(text: str) -> Any:
    return nbformat.v4.reads(text)


def plain(shown: list[Any]) -> str:
    """Outputs as text, without the number in the name that IPython gives to a cell's code."""
    return re.sub(r"ipykernel_\d+/\d+", "ipykernel", json.dumps(shown, sort_keys=True))


def test_the_notebook_learns_the_language_of_its_kernel() -> None:
    result = run("1")
    assert json.loads(result.notebooks["p1"])["metadata"]["language_info"]["name"] == "python"


def test_files_lie_beside_the_notebook_with_their_modes() -> None:
    look = "import os\nsorted(os.listdir()), oct(os.stat('data/run.sh').st_mode & 0o777)"
    made = job(look)
    made.files["data/run.sh"] = File(b"#!/bin/sh\n", 0o755)
    result = Result.from_json(run_job(made))
    assert outputs(result) == [["(['data', 'p1.ipynb'], '0o755')"]]


def test_new_and_changed_files_come_back_and_no_others() -> None:
    write = (
        "import os, pathlib\npathlib.Path('new').write_text('n')\n"
        "pathlib.Path('changed').write_text('22')\nos.makedirs('.ipynb_checkpoints')\n"
        "pathlib.Path('.ipynb_checkpoints/x').touch()\npathlib.Path('p1.ipynb').write_text('!')\n"
        "os.chmod('new', 0o640)"
    )
    result = run(write, files={"changed": b"11", "same": b"s"})
    assert result.files == {"changed": File(b"22", 0o644), "new": File(b"n", 0o640)}


def test_links_never_come_back(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    link = f"import os\nos.symlink({str(secret)!r}, 'a')\nos.symlink({str(tmp_path)!r}, 'folder')\n"
    assert run(link + "os.mkfifo('pipe')").files == {}


def test_the_folder_itself_made_a_link_gives_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    swap = "import os, shutil\nhere = os.getcwd()\nshutil.rmtree(here)\n"
    result = run(swap + f"os.symlink({str(tmp_path)!r}, here)")
    assert result.files == {}
    assert (tmp_path / "secret").read_text() == "x"


def test_files_beyond_the_limit_are_named_and_not_kept() -> None:
    write = "open('big', 'wb').write(b'x' * 50_000)\nopen('small', 'w').write('s')"
    result = run(write, limits=Limits(file_bytes=20_000))
    assert set(result.files) == {"small"}
    assert kinds(result) == ["files-cut"]
    assert "big" in result.incidents[0].text


def test_a_file_that_claims_to_be_enormous_is_not_read() -> None:
    result = run("import os\nopen('sparse', 'wb').close()\nos.truncate('sparse', 9 * 10**8)")
    assert kinds(result) == ["files-cut"]


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x"])
def test_a_file_that_would_lie_outside_is_refused(path: str, temporary: Path) -> None:
    result = run("1", files={path: b"x"})
    assert outputs(result) == [["NotRun"]]
    assert result.failure is not None
    assert path in result.failure.text
    assert [path.name for path in temporary.iterdir()] == [LOCK]


def test_all_notebooks_of_a_submission_share_a_folder_and_run_in_order() -> None:
    notebooks = {
        "b": notebook("open('from-b', 'w').write('hello')"),
        "a": notebook("open('from-b').read()"),
    }
    assert outputs(run(notebooks=notebooks), "a") == [["'hello'"]]


def test_a_notebook_that_deletes_what_it_can_does_not_stop_the_next_one() -> None:
    delete = "import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)\nos.listdir()"
    notebooks = {"a": notebook(delete), "b": notebook("import os\nos.listdir(), 1 + 1")}
    result = run(notebooks=notebooks, files={"data": b"d"})
    assert outputs(result, "a") == [["[]"]]
    assert outputs(result, "b") == [["([], 2)"]]


def test_nothing_is_left_on_the_disk_whatever_was_done_to_it(temporary: Path) -> None:
    mess = (
        "import os, tempfile\nos.makedirs('a/b')\nopen('a/b/c', 'w').close()\n"
        "tempfile.mkstemp()\nos.chmod('a/b', 0)\nos.chmod('a', 0)\n"
        "for i in range(1500):\n    os.mkdir('deep')\n    os.chdir('deep')"
    )
    result = run(mess)
    assert result.failure is None
    assert [path.name for path in temporary.iterdir()] == [LOCK]


def test_temporary_files_go_to_a_folder_of_their_own() -> None:
    look = "import os, tempfile\ntempfile.gettempdir() not in os.getcwd(), os.listdir()"
    assert outputs(run(look)) == [["(True, ['p1.ipynb'])"]]


def test_a_kernel_gets_little_of_the_workers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_THE_WORKER", "secret")
    monkeypatch.setenv("PASSED_ON", "p")
    monkeypatch.setenv("MKL_NUM_THREADS", "3")
    names = ["PASSED_ON", "NBGRADER_EXECUTION", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    look = f"import os\n[os.environ[name] for name in {names}], 'secret' in str(os.environ)"
    kernels = Recipe(passed=("PASSED_ON",))
    result = run(look, environment={"NBGRADER_EXECUTION": "autograde"}, kernels=kernels)
    assert outputs(result) == [["(['p', 'autograde', '1', '3'], False)"]]


def test_what_a_kernel_says_outside_its_cells_goes_to_the_log_and_not_to_the_terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    start = f"echo loud; echo louder >&2; exec {sys.executable} -m ipykernel_launcher -f $0"
    kernelspec(tmp_path, "noisy", ["sh", "-c", start, "{connection_file}"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    caplog.set_level("INFO", "batchgrader")
    made = {"p1": notebook("1", kernel="noisy")}
    assert outputs(run(notebooks=made, kernels=OPEN)) == [["1"]]
    assert "loud\nlouder" in caplog.text
    assert capfd.readouterr() == ("", "")


def test_a_notebook_cannot_lay_traps_beside_its_folder() -> None:
    trap = "import os\nos.symlink('/etc/passwd', '../kernel-2.log')"
    result = run(notebooks={"a": notebook(trap), "b": notebook("1")})
    assert outputs(result, "a") == [["PermissionError"]]
    assert outputs(result, "b") == [["1"]]


def test_a_trap_beside_the_folder_holds_nobody_up() -> None:
    traps = (
        "import os\nos.remove('../kernel-1.log')\nos.symlink('/etc/passwd', '../kernel-1.log')\n"
        "for n in (2, 3): os.mkfifo(f'../kernel-{n}.log')"
    )
    result = run(notebooks={"a": notebook(traps), "b": notebook("1")}, kernels=OPEN)
    assert outputs(result, "b") == [["NotRun"]]
    assert result.failure is not None


@pytest.mark.parametrize("end", ["1", "while True: pass", "import os\nos._exit(1)"])
def test_what_a_notebook_starts_in_the_background_ends_with_it(end: str) -> None:
    seconds = f"100{os.getpid()}"
    start = (
        "import subprocess\nfor apart in (False, True):\n"
        f"    subprocess.Popen(['sleep', '{seconds}'], start_new_session=apart)"
    )
    assert outputs(run(start, end, config=settings(timeout=1)))[0] == []
    assert living("sleep", seconds) == []


def test_a_notebook_without_code_starts_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernelspec(tmp_path, "gone", [str(tmp_path / "no-such-program"), "{connection_file}"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert outputs(run(notebooks={"p1": notebook("", "  \n", kernel="gone")})) == [[], []]


@pytest.mark.parametrize("code", ["1", ""])
def test_a_kernel_that_is_not_installed_is_an_error_of_the_configuration(code: str) -> None:
    with pytest.raises(NoSuchKernel):
        run(notebooks={"p1": notebook(code, kernel="no-such-kernel")})


def test_a_kernel_whose_program_is_missing_is_an_error_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernelspec(tmp_path, "gone", [str(tmp_path / "no-such-program"), "{connection_file}"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        run(notebooks={"p1": notebook("1", kernel="gone")})


def test_a_kernel_that_fails_to_start_once_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"if mkdir $0.once; then exit 1; fi; exec {sys.executable} -m ipykernel_launcher -f $1"
    program = tmp_path / "kernel.sh"
    program.write_text(script)
    kernelspec(tmp_path, "shaky", ["sh", str(program), "{connection_file}"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    result = run(notebooks={"p1": notebook("1 + 1", kernel="shaky")}, kernels=OPEN)
    assert outputs(result) == [["2"]]
    assert result.failure is None


def test_a_kernel_that_never_starts_is_a_failure_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernelspec(tmp_path, "broken", ["false"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    made = {"a": notebook("1", kernel="broken"), "b": notebook("2")}
    result = run(notebooks=made)
    assert outputs(result, "a") == outputs(result, "b") == [["NotRun"]]
    assert result.failure is not None
    assert result.failure.retry


@pytest.mark.parametrize("name", ["ipykernel_launcher.py", "ipykernel_launcher/__init__.py"])
def test_a_file_in_the_place_of_a_module_is_set_aside(name: str) -> None:
    result = run("import os\nsorted(os.listdir())", files={name: b"raise SystemExit(3)"})
    assert outputs(result) == [["['p1.ipynb']"]]
    assert kinds(result) == ["set-aside"]
    assert name in result.incidents[0].text


def test_a_kernel_that_is_broken_is_tried_again_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernelspec(tmp_path, "broken", ["false"])
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    made = {"p1": notebook("1", kernel="broken")}
    result = run(notebooks=made)
    assert result.failure is not None
    assert result.failure.retry


def test_a_submission_may_bring_modules_of_its_own() -> None:
    assert outputs(run("import helper\nhelper.x", files={"helper.py": b"x = 5"})) == [["5"]]


def test_the_cost_of_a_submission_is_measured() -> None:
    result = run(
        "x = bytearray(200_000_000)\nx[::4096] = b'1' * len(x[::4096])\ndel x",
        "import time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass",
    )
    assert result.usage.peak_memory > 200_000_000
    assert 1 < result.usage.cpu <= result.usage.seconds * (os.cpu_count() or 1)


def test_errors_that_may_not_be_stop_the_notebook_and_say_so() -> None:
    result = run("1", "1 / 0", "2", config=settings(force_raise_errors=True))
    assert outputs(result) == [["1"], ["ZeroDivisionError"], ["NotRun"]]
    assert result.failure is not None
    assert "ZeroDivisionError" in result.failure.text


def test_a_limit_of_time_that_is_a_function_holds() -> None:
    config = settings(timeout_func=lambda cell: 1 if "slow" in cell.source else 60)
    result = run("while True: pass  # slow", "1", config=config)
    assert outputs(result)[0][-1] == "CellTimeoutError"


def test_an_execute_class_of_the_instructors_own_is_used() -> None:
    class Shouting(Execute):  # type: ignore[misc,unused-ignore]
        def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
            cell.source = cell.source.replace("quiet", "LOUD")
            return super().preprocess_cell(cell, resources, index)

    assert outputs(run("'quiet'", execute=Shouting)) == [["'LOUD'"]]


def test_where_execution_is_switched_off_nothing_runs() -> None:
    assert outputs(run("1", config=settings(enabled=False))) == [[]]
