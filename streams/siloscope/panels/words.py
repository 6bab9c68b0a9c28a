"""Markdown as HTML: a text panel's, a page's of the documentation. HTML in it stays text, but for comments: they go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_COMMENT: Final = re.compile(r"^<!--.*?-->[ \t]*\n?", re.DOTALL | re.MULTILINE)


def uncommented(markdown: str) -> str:
    """The text without the comments that begin a line: they are for who changes it."""
    return _COMMENT.sub("", markdown)


def html(markdown: str, unseen: Callable[[str], str | None] = lambda _: None) -> str:
    """The text as HTML. Where `unseen` knows a link's address as that of a file not shown here, the file is named."""
    tokens = _MARKDOWN.parse(uncommented(markdown))
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, unseen))
    return f'<div class="words">{_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})}</div>'


def _linked(tokens: Sequence[Token], unseen: Callable[[str], str | None]) -> Iterator[Token]:
    file = None
    for token in tokens:
        if token.type == "link_open":
            file = unseen(str(token.attrs["href"]))
        if file is None or token.type not in ("link_open", "link_close"):
            yield token
        elif token.type == "link_close":
            yield Token("text", "", 0, content=" (")
            yield Token("code_inline", "code", 0, content=file)
            yield Token("text", "", 0, content=")")
