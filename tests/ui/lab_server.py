"""Starts JupyterLab in a course, for the tests that look at the screen."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit.course import Course


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs: where, and the token that lets a page in."""

    address: str
    token: str


@contextmanager
def start_lab(course: Course, home: Path) -> Iterator[Lab]:
    """Start JupyterLab in a course for a user with an empty home folder; end it afterwards."""
    port, lab_token, log = _free_port(), secrets.token_hex(), home / "jupyterlab.log"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={lab_token}"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=course.root, env=_environment(home), stdout=output, stderr=output
        )
    try:
        lab = Lab(f"http://127.0.0.1:{port}", lab_token)
        _wait_for(lab, server, log)
        yield lab
    finally:
        server.terminate()  # JupyterLab then ends its kernels
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _environment(home: Path) -> dict[str, str]:
    """The active environment of a user who has never changed a setting of Jupyter."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON", "XDG_"))
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {"HOME": str(home), "USER": "learner", "PATH": path}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert server.poll() is None, f"JupyterLab stopped: {log.read_text()}"
        try:
            urllib.request.urlopen(f"{lab.address}/api", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab does not answer: {log.read_text()}")
