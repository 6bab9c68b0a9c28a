"""An OpenID Connect issuer of our own: as the real ones answer, and, when told so, as an attacker's would."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

ISSUER = "https://id.example"
CLIENT, SECRET = "board", "the-board-s-own-secret"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
Claims = dict[str, Any]


@cache  # making them takes long
def _keys() -> tuple[RSAKey, ECKey]:
    rsa = RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(4), "use": "sig"})
    return rsa, ECKey.generate_key("P-256", parameters={"kid": secrets.token_hex(4), "use": "sig"})


@dataclass
class OidcIssuer:
    """Who may log in, and how the tokens are made; a test changes what it wants to be wrong."""

    url: str = ISSUER
    person: Claims = field(
        default_factory=lambda: {"sub": "u-1", "preferred_username": "ada", "groups": ["cx-support"]}
    )
    twist: Callable[[Claims], Claims] = lambda claims: claims
    signed: Callable[[Claims], str] | None = None  # in place of our own signature
    about: Claims = field(default_factory=dict)  # over what discovery says
    answers: dict[str, Response] = field(default_factory=dict)  # by path, in place of ours
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        self.rsa, self.ec = _keys()
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/token", self._token, methods=["POST"]),
                Route("/authorize", self._authorize),
                Route("/end", self._end),
            ]
        )

    def change_keys(self) -> None:
        """New keys, under new names."""
        self.rsa, self.ec = _keys.__wrapped__()

    def transport(self) -> httpx.ASGITransport:
        """So that the board asks it without a network."""
        return httpx.ASGITransport(self.app)

    def log_in(self, address: str) -> str:
        """What a browser gets that opens `address` and whose person agrees: where it is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.url}/authorize?")
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256" and asked["nonce"] and asked["state"]
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        said = {"code": code, "state": asked["state"], "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def sign(self, claims: Claims, alg: str = "RS256", key: Any = None, **header: Any) -> str:
        """A token of ours, or one that only looks so."""
        own = key or (self.ec if alg.startswith("ES") else self.rsa)
        named = {"kid": own.kid} if own.kid else {}
        return jwt.encode({"alg": alg, **named, **header}, claims, own, algorithms=[alg])

    def logout_token(self, **more: Any) -> str:
        """What is sent by the back channel when a session ends here."""
        said = {"iss": self.url, "aud": CLIENT, "iat": int(time.time()), "jti": "j-1", "events": {LOGOUT: {}}} | more
        return self.sign({name: value for name, value in said.items() if value is not None}, typ="logout+jwt")

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Over HTTP, for a browser: by another name than the board's, so that it is another site."""
        server = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        self.url = f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(5)

    async def _discovery(self, request: Request) -> Response:
        said = {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token", "end_session_endpoint": f"{self.url}/end",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            # A careless issuer: it is on us not to take what it offers.
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        }  # fmt: skip
        return self._answer(request, JSONResponse(said | self.about))

    async def _authorize(self, request: Request) -> Response:
        """The page where one logs in."""
        back = escape(self.log_in(str(request.url)))
        return HTMLResponse(f'<!doctype html><title>Issuer</title><a href="{back}">I am ada</a>')

    async def _end(self, request: Request) -> Response:
        """The page where one logs out."""
        back = escape(request.query_params["post_logout_redirect_uri"])
        return HTMLResponse(f'<!doctype html><title>Issuer</title><a href="{back}">Back to the board</a>')

    async def _jwks(self, request: Request) -> Response:
        keys = KeySet([self.rsa, self.ec]).as_dict(private=False)["keys"]
        tomorrow = {"kty": "AKP", "kid": "of a kind that nobody knows yet", "alg": "ML-DSA-44", "pub": "AA"}
        return self._answer(request, JSONResponse({"keys": [tomorrow, *keys]}))

    async def _token(self, request: Request) -> Response:
        given = {name: str(value) for name, value in (await request.form()).items()}
        begun = self._codes.pop(given.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        proofs = {"client_secret_basic": request.headers.get("authorization") == basic,
                  "client_secret_post": given.get("client_secret") == SECRET}  # fmt: skip
        if not any(proofs[way] for way in asked):
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = create_s256_code_challenge(given.get("code_verifier", ""))
        same = begun and begun["code_challenge"] == challenge and begun["redirect_uri"] == given.get("redirect_uri")
        if begun is None or not same:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"], "sid": "s-1"}
        token = (self.signed or self.sign)(self.twist(claims | self.person))
        answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}
        return self._answer(request, JSONResponse(answer))

    def _answer(self, request: Request, ours: Response) -> Response:
        self.asked.append(request.url.path)
        return self.answers.get(request.url.path, ours)
