"""Logging in by OpenID Connect: authorization code with PKCE, and what the issuer signed, checked.

The protocol is authlib's, the tokens are joserfc's. What is left to us is to be strict: one issuer, signatures by
public keys alone, our audience, a nonce that this browser was given.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry

from ..login_settings import LOCAL_HOSTS, Oidc
from .begun import Begun
from .claims import NoAccess
from .oidc_client import AsyncOAuth2Client, AuthlibBaseError

# Neither `none` nor a hash with a shared secret, whatever the issuer offers.
ALGORITHMS: Final = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
]  # fmt: skip
LEEWAY_SECONDS: Final = 60
_SECONDS: Final = 10.0
_KEYS_AGAIN_SECONDS: Final = 60.0  # no stranger's token makes us ask the issuer for its keys more often
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_END: Final = "end_session_endpoint"  # not every issuer has one; the ID token goes there
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class NoIssuer(Exception):
    """The issuer does not answer as it should; the message is one line."""


class Issuer:
    """One issuer; its addresses and keys are asked for when they are first needed, and kept."""

    def __init__(self, own: Oidc, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._own = own
        verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=str(own.ca_file)) if own.ca_file else True
        self._http: dict[str, Any] = {
            "timeout": _SECONDS, "follow_redirects": False, "verify": verify, "transport": transport,
            "trust_env": False,
        }  # fmt: skip
        self._about: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    async def start(self, begun: Begun, redirect_uri: str) -> str:
        """Where to send the browser. Raises NoIssuer."""
        about = await self._discovered()
        async with self._client(redirect_uri, about) as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )  # fmt: skip
        return str(address)

    async def finish(
        self, given: Mapping[str, str], begun: Begun, redirect_uri: str
    ) -> tuple[Mapping[str, Any], str]:
        """Who came back with `given`, the parameters of the address: claims and the ID token that has them.

        Raises NoAccess or NoIssuer.
        """
        about = await self._discovered()
        if given.get("iss", about["issuer"]) != about["issuer"]:
            raise NoAccess("this login comes from another issuer: begin it again")
        if "error" in given or not given.get("code"):
            said = _word(given.get("error"))
            raise NoAccess(f"the issuer did not log you in ({said}): begin again, or ask who runs it")
        token = await self._token(given["code"], begun, redirect_uri)
        id_token = str(token.get("id_token") or "")
        return await self._identity(id_token, begun.nonce), id_token

    async def ended(self, logout_token: str) -> tuple[str | None, str | None]:
        """The `sub` and `sid` whose sessions the issuer ends by its back channel. Raises NoAccess or NoIssuer."""
        claims = await self._verified(logout_token, ("iat", "jti"))
        events = claims.get("events")
        if not isinstance(events, dict) or _LOGOUT_EVENT not in events or "nonce" in claims:
            raise NoAccess("this is no logout token")
        if not isinstance(claims["iat"], int) or not (claims.get("sub") or claims.get("sid")):
            raise NoAccess("the logout token names nobody")
        return claims.get("sub"), claims.get("sid")

    async def leaving(self, back: str, id_token: str) -> str | None:
        """Where the browser logs out at the issuer and then goes `back`; None where the issuer has no such address.

        By the ID token of the login, where it is not empty, the issuer knows who leaves, and need not ask her.
        """
        address = (await self._discovered()).get(_END)
        known = {"id_token_hint": id_token} if id_token else {}
        said = {"client_id": self._own.client_id, "post_logout_redirect_uri": back, **known}
        return str(httpx.URL(address).copy_merge_params(said)) if address else None

    async def reachable(self) -> str:
        """In a few words, that the issuer answers and has keys. Raises NoIssuer."""
        await self._discovered()
        keys = await self._known_keys()
        return f"{self._own.issuer}, {len(keys.keys)} keys"

    async def _token(self, code: str, begun: Begun, redirect_uri: str) -> Mapping[str, Any]:
        about = await self._discovered()
        try:
            async with self._client(redirect_uri, about) as client:
                token: Mapping[str, Any] = await client.fetch_token(
                    about["token_endpoint"], grant_type="authorization_code", code=code,
                    code_verifier=begun.verifier,
                )  # fmt: skip
        except AuthlibBaseError as error:
            raise NoAccess(f"the issuer does not take this login ({_word(error.error)}): begin it again") from None
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from None
        return token

    async def _identity(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        claims = await self._verified(id_token, ("exp", "iat", "sub"), nonce=nonce)
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if several else self._own.client_id) != self._own.client_id:
            raise NoAccess("the issuer's token is for another program")
        return claims

    async def _verified(self, token: str, needed: tuple[str, ...], **values: str) -> dict[str, Any]:
        about = await self._discovered()
        try:
            found = jwt.decode(token, await self._known_keys(), registry=_strict())
        except InvalidKeyIdError:
            found = await self._with_new_keys(token)
        except (JoseError, ValueError, TypeError) as error:
            raise _untrue(error) from None
        expected = {"iss": about["issuer"], "aud": self._own.client_id, **values}
        options: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in expected.items()}
        options |= {name: {"essential": True} for name in needed}
        try:
            jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **options).validate(found.claims)
        except JoseError as error:
            raise _untrue(error) from None
        return found.claims

    async def _with_new_keys(self, token: str) -> jwt.Token:
        """Issuers change their keys: the token may be signed with one that is newer than ours."""
        try:
            return jwt.decode(token, await self._known_keys(anew=True), registry=_strict())
        except (JoseError, ValueError, TypeError) as error:
            raise _untrue(error) from None

    async def _known_keys(self, *, anew: bool = False) -> KeySet:
        stale = anew and monotonic() - self._keys_at > _KEYS_AGAIN_SECONDS
        if self._keys is None or stale:
            said = (await self._asked((await self._discovered())["jwks_uri"])).get("keys")
            found = [key for each in (said if isinstance(said, list) else []) for key in _public(each)]
            if not found:
                raise NoIssuer(f"the issuer {self._own.issuer} shows no key that can be used")
            self._keys, self._keys_at = KeySet(found), monotonic()
        return self._keys

    async def _discovered(self) -> Mapping[str, Any]:
        if self._about is None:
            about = await self._asked(self._own.issuer.rstrip("/") + "/.well-known/openid-configuration")
            self._must_fit(about)
            self._about = about
        return self._about

    def _must_fit(self, about: Mapping[str, Any]) -> None:
        if about.get("issuer") != self._own.issuer:
            raise NoIssuer(f"the issuer {self._own.issuer} calls itself {about.get('issuer')!r}: set issuer to that")
        for name in (*_NEEDED, *([_END] if about.get(_END) else [])):
            if not _is_safe(str(about.get(name) or "")):
                raise NoIssuer(f"the issuer {self._own.issuer} has no {name} with https")

    async def _asked(self, address: str) -> Any:
        try:
            async with httpx.AsyncClient(**self._http) as client:
                answer = await client.get(address, headers={"accept": "application/json"})
                answer.raise_for_status()
                said = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._away(error) from None
        if not isinstance(said, dict):
            raise NoIssuer(f"the issuer {self._own.issuer} does not answer as one: {address} is no JSON object")
        return said

    def _away(self, error: Exception) -> NoIssuer:
        said = " ".join(str(error).split())[:160] or type(error).__name__
        return NoIssuer(f"the issuer {self._own.issuer} does not answer: {said}")

    def _client(self, redirect_uri: str, about: Mapping[str, Any]) -> AsyncOAuth2Client:
        own = self._own
        secret = own.client_secret.get_secret_value() if own.client_secret else None
        basic = "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "none" if secret is None else "client_secret_basic" if basic else "client_secret_post"
        return AsyncOAuth2Client(
            own.client_id, secret, scope=" ".join(own.scopes), redirect_uri=redirect_uri, code_challenge_method="S256",
            token_endpoint_auth_method=way, **self._http,
        )  # fmt: skip


def _is_safe(address: str) -> bool:
    """Whether nobody on the way reads what is sent there."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    return url.scheme == "https" or (url.scheme == "http" and url.host in LOCAL_HOSTS)


def _public(said: Any) -> list[Key]:
    """The key, or none: it may be of a kind that came after us, or a secret, which proves nothing."""
    try:
        return [] if said["kty"] == "oct" else KeySet.import_key_set({"keys": [said]}).keys
    except (JoseError, KeyError, TypeError, AttributeError, ValueError):
        return []


def _strict() -> JWSRegistry:
    return JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


def _untrue(error: Exception) -> NoAccess:
    said = type(error).__name__.removesuffix("Error")
    claim = getattr(error, "claim", None)
    return NoAccess(f"the issuer's token cannot be believed ({said}{f': {claim}' if claim else ''}): begin again")


def _word(said: object) -> str:
    """An error's name as the protocol has it; nothing else from outside is shown."""
    text = str(said or "no code")
    return text if text.replace("_", "").isalnum() and len(text) < 60 else "error"
