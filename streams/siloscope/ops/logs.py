"""What a long-running process says about itself: one line per event on standard error."""

from __future__ import annotations

import logging
import time


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log from `level` on, times in UTC; libraries only from WARNING on."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("siloscope").setLevel(level)
    # In 5 s without a broker aiokafka writes tens of thousands of lines; librdkafka says the same once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
