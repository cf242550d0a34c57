"""The display of progress on a real terminal, when a run is stopped in the middle."""

import os
import pty
import signal
import subprocess
import sys

import pytest

RUN = """
import signal, sys, time
from batchgrader.command.ending import orderly_stop
from batchgrader.showing.progress import listener_for

# Whoever runs the tests with nohup hands down that a lost terminal does not matter.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
listener = listener_for(sys.stderr)
try:
    with orderly_stop():
        listener.begin("ps1", 10, 2)
        listener.working(0, "ann/ps1: cell 7 of 31")
        print("printed meanwhile")
        time.sleep(600)
except KeyboardInterrupt:
    pass
finally:
    listener.close()
print("the end")
"""
SHOW_CURSOR, ERASE_LINE = "\x1b[?25h", "\x1b[2K"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_stopped_leaves_a_clean_terminal(number: signal.Signals) -> None:
    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], stdin=slave, stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    shown = ""
    while "ann: cell 7 of 31" not in shown or "printed meanwhile" not in shown:
        shown += os.read(master, 65536).decode()
    process.send_signal(number)
    while "the end" not in shown:
        shown += os.read(master, 65536).decode()
    assert process.wait() == 0
    os.close(master)
    end = shown.rindex("the end")
    assert shown.rindex("ann: cell") < shown.rindex(ERASE_LINE) < end
    assert shown.rindex(SHOW_CURSOR) < end
    assert "Traceback" not in shown
