"""The reader of YAML with lines, under the name that it had here."""

from ..yaml_lines import Node, read

__all__ = ["Node", "read"]
