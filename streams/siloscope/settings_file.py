"""A YAML settings file: its values, and the line each stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import WrongUsage


class SettingsFile:
    """The file read; raises WrongUsage in one line where there is none or it is no mapping of settings."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.values: dict[str, Any] = {}
        self._root: yaml.Node | None = None
        if path is not None:
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8")
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            values = yaml.safe_load(text)
        except OSError as error:
            raise WrongUsage(f"{path}: cannot read the settings: {error.strerror}") from None
        except UnicodeDecodeError:
            raise WrongUsage(f"{path}: the settings are not UTF-8 text") from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            raise WrongUsage(f"{path}{line}: not YAML: {problem}") from None
        if values is not None and not isinstance(values, dict):
            raise WrongUsage(f"{path}: write settings as `name: value`, one per line")
        self.values = {str(key): value for key, value in (values or {}).items()}

    def place(self, path: tuple[str, ...]) -> str:
        """`FILE line N: ` of the setting at `path` (or of the nearest one above it), empty without a file."""
        line, node = None, self._root
        for part in path:
            if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
                node = node.value[int(part)]
                line = node.start_mark.line + 1
                continue
            if not isinstance(node, yaml.MappingNode):
                break
            for key, value in node.value:
                if key.value == part:
                    line, node = key.start_mark.line + 1, value
                    break
            else:
                break
        return f"{self.path} line {line}: " if line else ""


def or_off(said: Any) -> Any:
    """The value, None where it is `off`: YAML reads that as False, which is not 0 here."""
    return None if said is False or said == "off" else said
