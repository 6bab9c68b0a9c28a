"""What the pages for who is on call tell to ask Prometheus is understood by Prometheus."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.error import HTTPError

import pytest
from tests.prometheus_server import Prometheus, scraping

from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
FUNCTION = r"(?:sum|max|rate|increase|changes|time|histogram_quantile)\b ?[(b]"  # or `by`
QUERY = re.compile(rf"`((?:siloscope[_:]|up\{{|{FUNCTION})[^`\n]*)`")


def queries() -> set[str]:
    pages = [*(TOP / "docs/runbooks").glob("*.md"), TOP / "docs/oncall.md", TOP / "docs/metrics.md"]
    return {found for page in pages for found in QUERY.findall(page.read_text()) if "…" not in found}


def test_every_query_in_the_pages_can_be_asked(tmp_path: Path) -> None:
    asked = queries()
    assert len(asked) > 40
    wrong = []
    with Prometheus(tmp_path, scraping([])) as prometheus:
        for query in sorted(asked):
            try:
                prometheus.query(query)
            except HTTPError as error:
                wrong.append((query, error.read().decode()))
    assert wrong == []
