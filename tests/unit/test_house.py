"""The house: locks, environment, settings for git, and what ./course says when it cannot go on."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.txt": ("build",), "requirements-dev.txt": ("build", "dev")}
SCRIPTS = ("course", ".ci/run")


def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"])


def pins(lock: str) -> dict[str, list[Version]]:
    """The versions that a lock allows of each package: one, or one for each range of Pythons."""
    found: dict[str, list[Version]] = {}
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        if not line.startswith((" ", "#")) and line:
            requirement = Requirement(line.rstrip("\\ "))
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            found.setdefault(requirement.name, []).append(Version(pin.version))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_dependency_within_its_bounds(lock: str) -> None:
    about = project()
    wanted = about["dependencies"] + [
        line for extra in LOCKS[lock] for line in about["optional-dependencies"][extra]
    ]
    pinned = pins(lock)
    for requirement in map(Requirement, wanted):
        assert any(bound.operator == "<" for bound in requirement.specifier), requirement
        assert all(version in requirement.specifier for version in pinned[requirement.name])


def test_both_locks_install_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    for name, versions in pins("requirements.txt").items():
        assert development[name] == versions


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    for pin in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in pin, pin


@pytest.mark.parametrize("file", [*LOCKS, "environment.yml"])
def test_no_lock_holds_an_address(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(--|-f\b|-i\b)(?!hash)", text, re.MULTILINE)


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # Written with a gap, so that this file does not name one either.
    gapped = ("py pi.org", "python hosted.org", "ana conda.org", "ana conda.com", "npm js.org")
    hosts = [host.replace(" ", "") for host in gapped]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("This copy of the course is no git repository.")
    named = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
        named += [name for host in hosts if host in text]
    assert named == []


def test_the_conda_environment_takes_its_packages_from_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, packages = environment["dependencies"]
    name, _, version = python.partition("=")
    assert (name, pip, packages) == ("python", "pip", {"pip": ["-r requirements.txt"]})
    assert f"{version}.0" in SpecifierSet(project()["requires-python"])


def test_the_licences_that_the_project_names_are_there() -> None:
    for name in project()["license-files"]:
        assert (ROOT / name).stat().st_size > 500


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_executable_and_clean(script: str) -> None:
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run(
        [shellcheck, script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("gradebook.db", True),
        ("grades.csv", True),
        ("submitted/ada/06_experiment_tracking/experiment_tracking.ipynb", True),
        ("autograded/ada/06_experiment_tracking/experiment_tracking.ipynb", True),
        ("feedback/class/report.html", True),
        ("work/notebooks/00_start_here.ipynb", True),
        ("submitted/README.md", False),
        ("autograded/README.md", False),
        ("source/header.ipynb", False),
        ("release/06_experiment_tracking/experiment_tracking.ipynb", False),
    ],
)
def test_git_ignores_what_holds_names_and_nothing_else(
    path: str, ignored: bool, tmp_path: Path
) -> None:
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    command = ["git", "-C", str(tmp_path), "check-ignore", "--quiet", path]
    assert subprocess.run(command, check=False).returncode == (0 if ignored else 1)


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(p.name for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    path = ROOT / page if page == "README.md" else ROOT / "docs" / page
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


@pytest.fixture
def bare_course(tmp_path: Path) -> Path:
    """What of the course ./course reads before it has installed anything."""
    for name in ("course", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "src/coursekit/jupyter", tmp_path / "src/coursekit/jupyter")
    (tmp_path / "bin").mkdir()
    return tmp_path


def pretend(folder: Path, name: str, script: str) -> None:
    """Put a program of some name first on the path."""
    program = folder / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)


def course(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ./course with pretended programs first on the path."""
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["./course", *words],
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_with_the_mend(bare_course: Path) -> None:
    old = 'case "$1" in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac'
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        pretend(bare_course, name, old)
    done = course(bare_course, "demo")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and here is Python 3.9.2" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_named_with_what_is_needed(bare_course: Path) -> None:
    pretend(bare_course, "df", "echo Filesystem; echo /dev/none 100 90 10 90% /")
    done = course(bare_course, "setup")
    assert done.returncode == 1
    assert re.fullmatch(
        r"The disk is full: the course needs \d+ MB in .*, and 10 MB.*\n", done.stderr
    )
    assert not (bare_course / ".venv").exists()


def test_a_registry_out_of_reach_is_named_and_nothing_counts_as_installed(
    bare_course: Path,
) -> None:
    nowhere = "http://127.0.0.1:9/simple"
    done = course(
        bare_course,
        "setup",
        PIP_INDEX_URL=nowhere,
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES="0",
        UV_DEFAULT_INDEX=nowhere,
    )
    assert done.returncode == 1, done.stdout
    assert "The package registry cannot be reached: check the network" in done.stderr
    assert not list((bare_course / ".venv").glob("*.stamp"))


def test_an_unknown_command_is_named(bare_course: Path) -> None:
    done = course(bare_course, "dmeo")
    assert done.returncode == 1
    assert done.stderr == "There is no './course dmeo'; './course help' lists what there is.\n"
