"""Write the dashboards: `python -m deploy.grafana.source [DIRECTORY]`, deploy/grafana/dashboards without one."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.grafana.source.generated import generated

if __name__ == "__main__":
    given = sys.argv[1:]
    directory = Path(given[0]) if given else Path(__file__).parents[1] / "dashboards"
    for file, text in generated().items():
        (directory / file).write_text(text, encoding="utf-8")
