"""What notebooks do to their kernels, and what that costs them: their own points and no others."""

import textwrap
from dataclasses import replace

from small_jobs import ISOLATED, cells, kinds, notebook, outputs, run, settings

from batchgrader.jobs import Limits

DIE = "import os\nos._exit(1)"
STUBBORN = textwrap.dedent(
    """
    while True:
        try:
            while True:
                pass
        except KeyboardInterrupt:
            continue
    """
)
DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(1000)"


def test_a_cell_that_kills_its_kernel_costs_no_other_cell() -> None:
    # A message leaves a kernel by a thread of ZeroMQ, which dies with it.
    shown = "import time\nprint('before', flush=True)\ntime.sleep(1)\n"
    result = run("x = 1", shown + DIE, "x + 1")
    assert outputs(result) == [[], ["before\n", "KernelDied"], ["2"]]
    assert kinds(result) == ["kernel-died"]
    assert result.incidents[0].cell == "cell-1"
    assert result.failure is None


def test_what_cells_showed_the_first_time_is_kept_when_they_run_again() -> None:
    count = "import pathlib\nlog = pathlib.Path('log')\n"
    count += "log.write_text((log.read_text() if log.exists() else '') + 'x')\nlog.read_text()"
    result = run(count, DIE, "log.read_text()")
    assert outputs(result) == [["'x'"], ["KernelDied"], ["'xx'"]]


def test_cells_that_killed_a_kernel_are_left_out_when_others_run_again() -> None:
    result = run("x = 1", DIE, "x += 1", DIE, "x")
    assert outputs(result) == [[], ["KernelDied"], [], ["KernelDied"], ["2"]]
    assert kinds(result) == ["kernel-died", "kernel-died"]


def test_a_cell_that_dies_only_when_it_runs_again_is_left_out_from_then_on() -> None:
    twice = "import os, pathlib\nif pathlib.Path('been').exists(): os._exit(1)\n"
    twice += "pathlib.Path('been').touch()\ny = 1\ny"
    result = run("x = 1", twice, DIE, "x", "y")
    assert outputs(result) == [[], ["1"], ["KernelDied"], ["1"], ["NameError"]]


def test_exit_and_quit_end_no_kernel() -> None:
    result = run("x = 1", "exit()", "x + 1", "quit()", "x + 2")
    assert outputs(result) == [[], [], ["2"], [], ["3"]]
    assert kinds(result) == []


def test_after_too_many_deaths_the_remaining_cells_are_not_run() -> None:
    result = run(DIE, DIE, "1 + 1", limits=Limits(restarts=1))
    assert outputs(result) == [["KernelDied"], ["KernelDied"], ["NotRun"]]
    assert cells(result)[2].execution_count is None
    assert kinds(result) == ["kernel-died", "kernel-died", "not-run"]


def test_a_death_in_the_last_cell_starts_no_kernel() -> None:
    result = run("x = 1", DIE, limits=Limits(restarts=0))
    assert outputs(result) == [[], ["KernelDied"]]
    assert kinds(result) == ["kernel-died"]


def test_a_cell_that_is_interrupted_keeps_the_kernel_and_its_variables() -> None:
    result = run(
        "import os\nx = os.getpid()",
        "while True: pass",
        "os.getpid() == x",
        config=settings(timeout=1),
    )
    assert outputs(result) == [[], ["KeyboardInterrupt", "CellTimeoutError"], ["True"]]
    assert kinds(result) == ["cell-timeout"]


def test_a_cell_that_swallows_the_interrupt_is_killed_and_the_next_one_runs() -> None:
    result = run("x = 1", STUBBORN, "x + 1", config=settings(timeout=1))
    assert outputs(result) == [[], ["CellTimeoutError"], ["2"]]
    assert kinds(result) == ["cell-timeout"]


def test_a_kernel_that_ignores_interrupts_is_killed_once_and_not_waited_for_again() -> None:
    result = run("x = 1", DEAF, *["x"] * 20, config=settings(timeout=2), limits=Limits(grace=0.5))
    assert outputs(result) == [[], ["CellTimeoutError"], *[["1"]] * 20]
    assert result.usage.seconds < 2 * 20


def test_a_cell_that_was_stopped_is_not_run_again() -> None:
    slow = "import pathlib\nwith open('log', 'a') as log: log.write('x')\nwhile True: pass"
    result = run(slow, DIE, "open('log').read()", config=settings(timeout=1))
    assert outputs(result)[2] == ["'x'"]


def test_the_configured_words_for_a_timeout_are_used_after_a_kill_too() -> None:
    words = {"ename": "TooSlow", "evalue": "too slow", "traceback": ["Too slow."]}
    config = settings(timeout=1, error_on_timeout=words)
    (error,) = cells(run(STUBBORN, config=config))[0].outputs
    assert (error.ename, error.evalue, error.traceback) == ("TooSlow", "too slow", ["Too slow."])


def test_without_words_for_a_timeout_the_kernels_own_error_is_shown() -> None:
    config = settings(timeout=1, error_on_timeout={})
    assert outputs(run("while True: pass", "1", config=config)) == [["KeyboardInterrupt"], ["1"]]


def test_where_cells_may_not_be_interrupted_the_kernel_is_replaced() -> None:
    config = settings(timeout=1, interrupt_on_timeout=False)
    result = run("x = 1", "while True: pass", "x", config=config)
    assert outputs(result) == [[], ["CellTimeoutError"], ["1"]]


def test_a_submission_that_takes_too_long_in_all_is_stopped_in_the_middle_of_a_cell() -> None:
    notebooks = {
        "a": notebook("1", "while True: pass", "2"),
        "b": notebook("3"),
    }
    result = run(notebooks=notebooks, limits=Limits(seconds=4))
    assert outputs(result, "a") == [["1"], ["SubmissionTimeout"], ["NotRun"]]
    assert outputs(result, "b") == [["NotRun"]]
    assert result.failure is not None
    assert not result.failure.retry
    assert "4 seconds" in result.failure.text


def test_a_kernel_that_stops_hearing_the_world_is_found_dead() -> None:
    closes = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"
    result = run("x = 1", closes, "x", config=settings(timeout=1), limits=Limits(grace=0.5))
    assert outputs(result) == [[], ["CellTimeoutError"], ["1"]]


def test_messages_that_a_notebook_forges_do_not_end_the_run() -> None:
    forge = textwrap.dedent(
        """
        from IPython import get_ipython
        kernel = get_ipython().kernel
        for kind in ("stream", "display_data", "error", "comm_open", "comm_msg", "nonsense",
                     "update_display_data", "clear_output", "execute_result"):
            for content in ({}, {"data": 1}, {"transient": {"display_id": 3}}):
                kernel.session.send(kernel.iopub_socket, kind, content,
                                    parent=kernel.get_parent())
        """
    )
    result = run("x = 1", forge, "x")
    assert outputs(result)[2] == ["1"]
    assert result.failure is None


def test_half_a_character_in_a_cell_is_replaced_and_the_cell_runs() -> None:
    result = run("'a\ud800b'", "1")
    assert outputs(result) == [["'a?b'"], ["1"]]


def test_input_is_an_error_and_not_a_wait() -> None:
    assert outputs(run("input()", "1")) == [["StdinNotImplementedError"], ["1"]]


def test_a_notebook_that_uses_too_much_memory_is_told_so() -> None:
    kernels = replace(ISOLATED, limits={"memory": 3 * 2**30})
    take = (
        "import subprocess, sys\ncode = 'x = b\"1\" * (1 << 30)\\nimport time\\ntime.sleep(1000)'\n"
    )
    take += "many = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(4)]\n"
    take += "for each in many: each.wait()"
    result = run("x = 1", take, "x", kernels=kernels)
    assert outputs(result) == [[], ["KernelDied"], ["1"]]
    assert "of memory" in result.incidents[0].text


def test_one_process_that_takes_memory_without_end_is_ended_in_time() -> None:
    kernels = replace(ISOLATED, limits={"memory": 2**30})
    result = run("x = 1", "x = bytearray(b'x') * (14 << 30)", "x", kernels=kernels)
    assert outputs(result) == [[], ["KernelDied"], ["1"]]
    assert "used more than 1 GB of memory" in result.incidents[0].text
    assert 2**30 < result.usage.peak_memory < 14 * 2**30
