"""What `rpa doctor` says of a system's sign-in: its name, its version and where it was found, never a value of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from rpa.connectors.browser.access import Access, Way
from rpa.connectors.browser.origins import Origin
from rpa.exceptions import UsageError
from rpa.secrets import Certificate, Credential, Secrets
from rpa.secrets.parts import Parts
from rpa.systems import System

_SOON = timedelta(days=30)
_WAYS = {
    Way.SCREEN: "signs in on its page",
    Way.BASIC: "signs in by HTTP basic",
    Way.NTLM: "signs in by NTLM",
    Way.WINDOWS: "signs in as the worker's own account",
}


def look_at_sign_in(one: System, secrets: Secrets) -> tuple[str, str]:
    """Return what was found in words, and what is to be done; nothing if all is well.

    Raises:
        RpaError: The sign-in is not there, or can't be used; the message says why.
    """
    way = Way(one.sign_in)
    if one.credential is None:
        missing = way in (Way.BASIC, Way.NTLM)
        said = "without sign-in" if way is Way.SCREEN else _WAYS[way]
        return said, f"Give it a `credential`: {_WAYS[way]} needs one" if missing else ""
    credential, parts = secrets.get(one.credential), secrets.parts(one.credential)
    Access.of(credential, way).options([str(Origin.of(one.address))])
    certificate, to_do = _certificate(one, credential.certificate)
    said = f"signs in as {one.bot} does" if one.bot else _WAYS[way]
    return ", ".join([said, _told(credential, parts), *_more(credential), *certificate]), to_do


def _told(credential: Credential, parts: Parts) -> str:
    where = ", ".join(filter(None, (parts.found_in, parts.permissions)))
    return f"sign-in {credential.label} ({where})"


def _more(credential: Credential) -> Iterator[str]:
    if credential.has_codes:
        yield "with one-time codes"


def _certificate(one: System, certificate: Certificate | None) -> tuple[list[str], str]:
    if certificate is None:
        return [], ""
    ends = _opened(certificate).not_valid_after_utc
    found = [f"with a certificate until {ends.day} {ends:%B %Y}"]
    if not Origin.of(one.address).is_named:
        return found, "Give its `address` with a name instead of an IP address: a certificate is shown to a name"
    if ends < datetime.now(UTC) + _SOON:
        return found, "Renew its certificate"
    return found, ""


def _opened(certificate: Certificate) -> x509.Certificate:
    passphrase = certificate.passphrase.encode() or None
    try:
        if certificate.key is not None:
            load_pem_private_key(certificate.key, passphrase)
            return x509.load_pem_x509_certificate(certificate.content)
        _, found, _ = pkcs12.load_key_and_certificates(certificate.content, passphrase)
    except (ValueError, TypeError):  # a wrong passphrase, a missing one, or another kind of file
        found = None
    if found is None:
        raise UsageError("its client certificate can't be opened; expected PEM or PKCS 12 and the right passphrase")
    return found
