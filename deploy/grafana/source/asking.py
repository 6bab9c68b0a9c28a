"""PromQL that many panels share."""

from __future__ import annotations


def rate(metric: str, by: str) -> str:
    """Per second."""
    return f"sum by ({by}) (rate({metric}[$__rate_interval]))"


def quantile(share: float, metric: str, *by: str) -> str:
    """What `share` of a histogram's values stay below."""
    labels = ", ".join(("le", *by))
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket[$__rate_interval])))"
