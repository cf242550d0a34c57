"""Installs the kernelspec ``batchgrader``: Python kernels that are isolated, for any program.

``python -m batchgrader.kernelspec`` writes it into this environment, and says how its kernels are
isolated on this machine. With ``c.Execute.kernel_name = "batchgrader"`` nbgrader's own commands,
the formgrader and *Validate* use it without any other part of batchgrader.
"""

import argparse
import json
import sys
from pathlib import Path

from batchgrader.isolation.mends import NoIsolation
from batchgrader.kernels.sources import layers_for

NAME = "batchgrader"


def install(prefix: Path) -> Path:
    """Write the kernelspec below a prefix; returns its folder."""
    folder = prefix / "share" / "jupyter" / "kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (isolated)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "batchgrader", "config": {}}},
    }
    (folder / "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", "utf-8")
    return folder


def main() -> None:
    """Install, and tell what the kernels will be; status 1 where one of them fails."""
    parser = argparse.ArgumentParser(prog="python -m batchgrader.kernelspec")
    parser.add_argument(
        "--prefix",
        type=Path,
        default=Path(sys.prefix),
        help="where share/jupyter/kernels is; ~/.local is for one user; by default this "
        "environment, %(default)s",
    )
    prefix = parser.parse_args().prefix.expanduser()
    try:
        folder = install(prefix)
        layers = layers_for("auto")
    except OSError as error:
        sys.exit(
            f"The kernelspec cannot be written to {error.filename} ({error.strerror}); choose "
            "another place with --prefix, such as --prefix=~/.local."
        )
    except NoIsolation as error:
        sys.exit(f"The kernelspec {NAME} is in {folder}, and its kernels will not start: {error}")
    sys.stdout.write(f"The kernelspec {NAME} is in {folder}.\nIts kernels: {layers.describe()}.\n")


if __name__ == "__main__":
    main()
