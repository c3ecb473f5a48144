"""A provider of sign-ins that is not ours: OpenID Connect as Entra ID does it, on a host name of its own."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.listening import listening

CLIENT, SECRET = "robot-desk", "client secret of the test"


@dataclass
class FakeProvider:
    """What it says of whoever signs in, and what it was asked."""

    port: int = 0
    now: int | None = None
    says: dict[str, Any] = field(default_factory=dict)
    """Claims that are other than they should be."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"kid": "k1"}))
    signing: RSAKey | None = None
    """Another key than it says it has."""
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    metadata_says: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}/tenant/v2.0"

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser goes when somebody has signed in there."""
        assert query["code_challenge_method"] == "S256"
        assert query["response_type"] == "code"
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.given[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> Response:
        query = self.given.pop(form["code"], None)  # a code is taken once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        shown = base64.b64decode(authorization.partition(" ")[2]).decode()
        if (
            query is None
            or challenge.decode() != query["code_challenge"]
            or shown.partition(":")[0] != CLIENT
            or form["redirect_uri"] != query["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = self.now if self.now is not None else int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "pairwise", "oid": "object-1", "tid": "tenant-1",
                  "iat": now, "nbf": now, "exp": now + 3600, "nonce": query["nonce"], "name": "Ann Trust",
                  "preferred_username": "ann@trust.example", "roles": ["Console.Requester"], **self.says}  # fmt: skip
        header = {"alg": "RS256", "kid": "k1"}
        signed = jwt.encode(header, claims, self.signing or self.key, algorithms=["RS256"])
        if "alg" in self.says:
            signed = self._signed_by_anybody(self.says["alg"], claims)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    def _signed_by_anybody(self, algorithm: str, claims: dict[str, Any]) -> str:
        """Return a token that is not signed, or with what everybody has as if it were a secret of two."""
        parts = [json.dumps({"alg": algorithm, "kid": "k1"}).encode(), json.dumps(claims).encode()]
        told = b".".join(map(_encoded, parts))
        mark = hmac.digest(self.key.as_pem(private=False), told, "sha256") if algorithm == "HS256" else b""
        return f"{told.decode()}.{_encoded(mark).decode()}"

    def metadata(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                **self.metadata_says}  # fmt: skip


@contextmanager
def provider_served(fake: FakeProvider) -> Iterator[FakeProvider]:
    """Serve it at `localhost`, which is another site than 127.0.0.1."""

    async def metadata(_request: Request) -> Response:
        return JSONResponse(fake.metadata())

    async def keys(_request: Request) -> Response:
        return JSONResponse({"keys": [fake.key.as_dict(private=False)]})

    async def authorize(request: Request) -> Response:
        place = fake.authorize(dict(request.query_params)).replace("&", "&amp;")
        return HTMLResponse(f'<!doctype html><title>Trust</title><a href="{place}">Continue as Ann</a>')

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        return fake.token(form, request.headers.get("authorization", ""))

    base = "/tenant/v2.0"
    app = Starlette(routes=[
        Route(f"{base}/.well-known/openid-configuration", metadata), Route(f"{base}/keys", keys),
        Route(f"{base}/authorize", authorize), Route(f"{base}/token", token, methods=["POST"]),
    ])  # fmt: skip
    with listening(app) as port:
        fake.port = port
        yield fake


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
