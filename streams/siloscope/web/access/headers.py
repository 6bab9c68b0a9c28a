"""What every answer tells the browser it may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

_PLAIN: Final = {
    "x-content-type-options": "nosniff",
    # Not no-referrer: browsers would then send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_STATIC: Final = "/static/"
SIGN_IN: Final = "/panel-sign-in"  # the window in which whoever sits before a panel logs in


class Headers:
    """The headers of a board: `url` is its address, `frames` who may show /panel, `forms` where else forms may end."""

    def __init__(self, url: str | None, frames: Sequence[str], forms: Sequence[str] = ()) -> None:
        self._fixed = dict(_PLAIN)
        if (url or "").startswith("https://"):
            self._fixed["strict-transport-security"] = "max-age=31536000"
        self._frames = " ".join(frames) or "'none'"
        self._forms = " ".join(["'self'", *forms])

    def of(self, path: str, nonce: str) -> dict[str, str]:
        """Those of a page; what carries the `nonce` may stand in it as script or style."""
        framed = path == "/panel" or path.startswith("/panel/")
        own = {"content-security-policy": self._policy(self._frames if framed else "'none'", nonce)}
        if path == SIGN_IN:
            own["cross-origin-opener-policy"] = "unsafe-none"  # it hands a token to the panel that opened it
        own["cross-origin-resource-policy"] = "cross-origin" if framed else "same-origin"
        if not framed:
            own["x-frame-options"] = "DENY"
        if not path.startswith(_STATIC):
            own["cache-control"] = "no-store"
        return self._fixed | own

    def _policy(self, frames: str, nonce: str) -> str:
        return (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
            f"img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action {self._forms}; "
            f"frame-ancestors {frames}; base-uri 'none'; object-src 'none'"
        )


def origin_of(url: str) -> str:
    """`https://host:port` of an address, the port left out where it is the scheme's own."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != usual else "")
