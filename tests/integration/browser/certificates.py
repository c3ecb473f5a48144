"""An authority of the test's own, and the certificates it gives out."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rpa.secrets import Certificate

PASSPHRASE = "opens-the-key-of-the-bot"


class Authority:
    """Signs certificates, and keeps its own in a file."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of the test")
        self._folder = folder
        self.certificate = self._signed(self._key, self._name, x509.BasicConstraints(ca=True, path_length=0))
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, *, asks_for_certificate: bool = False) -> ssl.SSLContext:
        """Return what a server on this machine speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_file())
        if asks_for_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.file)
        return context

    def server_file(self) -> Path:
        """Return a file with the key and the certificate of a server on this machine."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        made = self._signed(
            key, _named("localhost"), alternative, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        )
        place = self._folder / f"server-{made.serial_number}.pem"
        place.write_bytes(_pem(key) + made.public_bytes(serialization.Encoding.PEM))
        return place

    def client(self, *, as_pem: bool = False, days: int = 30) -> Certificate:
        """Return a certificate of a bot, with its key behind PASSPHRASE."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._signed(key, _named("bot"), x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), days=days)
        hidden = serialization.BestAvailableEncryption(PASSPHRASE.encode())
        if as_pem:
            return Certificate(made.public_bytes(serialization.Encoding.PEM), _pem(key, hidden), PASSPHRASE)
        return Certificate(pkcs12.serialize_key_and_certificates(b"bot", key, made, None, hidden), None, PASSPHRASE)

    def _signed(self, key: ec.EllipticCurvePrivateKey, name: x509.Name, *extensions: x509.ExtensionType,
                days: int = 30) -> x509.Certificate:  # fmt: skip
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number(),
                                          now - timedelta(days=1), now + timedelta(days=days))  # fmt: skip
        for one in extensions:
            builder = builder.add_extension(one, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(key: ec.EllipticCurvePrivateKey, hidden: serialization.KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden or serialization.NoEncryption()
    )
