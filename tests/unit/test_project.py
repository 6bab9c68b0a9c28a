"""The project's own files: the lock fits, no address of a package index, one version, a launcher for one command."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import siloscope
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
UV = Path(sys.executable).with_name("uv")
INERT = "https://index.invalid/simple"
# Spelled in parts, so that this file does not name them.
HOSTS = re.compile("|".join(["py" + "pi", "python" + "hosted", "maven" + r"\.org", "repo" + "1"]))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("needs a git checkout")
    return [TOP / name for name in listed.stdout.split("\0") if name and (TOP / name).is_file()]


@pytest.mark.skipif(not UV.exists(), reason="needs uv in the environment")
def test_the_lock_is_of_this_project_file() -> None:
    command = [str(UV), "lock", "--check", "--offline", "--default-index", INERT, "--project", str(TOP)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, f"{run.stderr}\nuv.lock is not of this pyproject.toml: just lock"


def test_everything_locked_has_a_hash() -> None:
    locked = tomllib.loads((TOP / "uv.lock").read_text())["package"]
    files = [
        file for each in locked for file in [*each.get("wheels", []), *([each["sdist"]] if "sdist" in each else [])]
    ]
    assert len(files) > 100
    assert all(file["hash"].startswith("sha256:") for file in files)


def test_no_file_names_a_package_index() -> None:
    named = [path for path in tracked() if HOSTS.search(path.read_bytes().decode(errors="replace"))]
    assert [str(path.relative_to(TOP)) for path in named] == []


def test_the_version_is_said_alike_twice() -> None:
    assert tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["version"] == siloscope.__version__


def test_continuous_integration_calls_the_command_of_the_readme() -> None:
    called = (TOP / ".ci" / "run").read_text()
    assert "./siloscope test\n" in called
    assert "./siloscope test" in (TOP / "README.md").read_text()


def test_the_launcher_runs_a_command_of_the_checkout_from_anywhere(tmp_path: Path) -> None:
    if not (TOP / ".venv" / "stamp").exists():
        pytest.skip("needs the launcher's own environment")
    link = tmp_path / "linked"
    link.symlink_to(TOP / "siloscope")
    said = subprocess.run([link, "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout.strip() == siloscope.__version__


def test_without_a_fitting_python_the_launcher_says_what_to_install(tmp_path: Path) -> None:
    copy = tmp_path / "siloscope"
    shutil.copy(TOP / "siloscope", copy)
    shutil.copy(TOP / "uv.lock", tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "readlink", "dirname", "cksum", "cat", "head"):
        (tools / name).symlink_to(shutil.which(name) or name)
    said = subprocess.run([copy, "--help"], env={"PATH": str(tools)}, capture_output=True, text=True)
    assert said.returncode == 1
    assert said.stderr.strip().endswith("sudo apt install python3-venv")
