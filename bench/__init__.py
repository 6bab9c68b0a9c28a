"""Measurements: `python -m bench.speed` (peers side by side, one run), `python -m bench.proof` (a whole real log)."""
