"""Markdown as HTML: a text panel's, a page's of the documentation. HTML in it stays text."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


def html(markdown: str) -> str:
    """The text as HTML."""
    return f'<div class="words">{_MARKDOWN.render(markdown)}</div>'
