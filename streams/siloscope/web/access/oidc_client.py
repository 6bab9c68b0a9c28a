"""authlib's client for OAuth, imported without its remark on stderr that one day it will want another HTTP library."""

from __future__ import annotations

import warnings

from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning

with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

__all__ = ["AsyncOAuth2Client", "AuthlibBaseError"]
