"""Tries the acts in a confined process, made as a kernel is made; the probe and the doctor ask it.

``try_out`` runs outside. It starts this module as a program, where wanted in a sandbox, and that
forks a keeper and a confined process exactly as a fork server does.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from batchgrader.isolation import bubblewrap, tree
from batchgrader.isolation.acts import Finding, attempt
from batchgrader.isolation.boundary import Boundary
from batchgrader.isolation.confinement import confine
from batchgrader.isolation.forbidden import forbidden
from batchgrader.isolation.layers import Layers
from batchgrader.isolation.namespaces import enter_namespaces, fork_keeper, prepare
from batchgrader.isolation.needed import needed
from batchgrader.isolation.world import World, made_world

_PATIENCE = 60.0  # seconds that all acts together may take

START = "start at all"
LEAVE_INTACT = "change what belongs to others"


def try_out(layers: Layers, secret: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Try all acts with some layers, in a scratch folder made for it; tells how each went.

    ``secret`` are paths that must not be readable, such as the course folder.
    """
    with tempfile.TemporaryDirectory(prefix="batchgrader-") as folder:
        scratch = Path(folder).resolve()
        with made_world(scratch, secret) as world:
            found = _run(layers, world, scratch)
            intact = world.intact()
    return (*found, Finding(LEAVE_INTACT, forbidden=True, holds=intact))


def _run(layers: Layers, world: World, scratch: Path) -> tuple[Finding, ...]:
    boundary = world.boundary(scratch).to_json()
    words = [sys.executable, "-P", "-m", "batchgrader.isolation.trial"]
    words += [layers.to_json(), boundary, world.to_json()]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    environment |= dict.fromkeys(("HOME", "TMPDIR"), world.private)
    try:
        said = _start(words, environment, layers, scratch)
        return tuple(Finding(**finding) for finding in json.loads(said.splitlines()[-1]))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError) as error:
        stated = getattr(error, "stderr", b"") or b""
        last = stated.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(error)]
        return (Finding(START, forbidden=False, holds=False, detail=last[0]),)


def _start(
    words: Sequence[str], environment: dict[str, str], layers: Layers, scratch: Path
) -> bytes:
    """Run the program to its end; what it wrote. Raises CalledProcessError if it failed."""
    descriptors: tuple[int, ...] = ()
    command = list(words)
    if layers.bubblewrap:
        sandbox = bubblewrap.wrap(
            words,
            scratch=str(scratch),
            environment=environment,
            namespaces=bool(layers.namespaces),
        )
        command, environment, descriptors = sandbox.command, {}, (sandbox.descriptor,)
    try:
        return subprocess.run(
            command,
            env=environment,
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        ).stdout
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def main(words: Sequence[str]) -> int:
    """Fork a keeper as the fork server does, and wait for it: ``LAYERS BOUNDARY WORLD``."""
    layers, boundary = Layers.from_json(words[0]), Boundary.from_json(words[1])
    world = World.from_json(words[2])
    prepare(layers)
    keeper = fork_keeper(layers)
    if keeper == 0:
        _leave(_keep(boundary, layers, world))
    return os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1])


def _keep(boundary: Boundary, layers: Layers, world: World) -> int:
    enter_namespaces(boundary, layers)
    child = os.fork()
    if child == 0:
        confine(boundary, layers)
        acts = (*forbidden(boundary), *needed(layers))
        found = [asdict(attempt(act, world)) for act in acts]
        sys.stdout.write(json.dumps(found) + "\n")
        _leave(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    tree.end_all(layers)
    return status


def _leave(status: int) -> None:
    """End a forked process, without what its parent registered for its own end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(abs(status))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
