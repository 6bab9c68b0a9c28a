"""Every link from one of our pages to another leads somewhere."""

from __future__ import annotations

import re

import pytest

from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
    own = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in own if not (page.parent / target).exists()] == []
