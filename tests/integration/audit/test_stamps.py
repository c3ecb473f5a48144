"""Time stamps on seals, from an authority that is OpenSSL's own: kept, held against the seals, refused where wrong."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from rpa.copies import Copier, check_stamps
from rpa.db.seal_tables import seal
from rpa.db.tables import alarm
from rpa.exceptions import UsageError
from rpa.secrets import Secrets
from rpa.settings import RecordSettings, Settings
from tests.integration.alarms.servers import served
from tests.integration.audit.conftest import Anchored

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Time stamps for tests
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
"""


class Authority:
    """A certificate authority and the time stamping service below it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.certificate = folder / "ca.pem"
        (folder / "tsa.cnf").write_text(CONFIG, encoding="ascii")
        (folder / "serial").write_text("01", encoding="ascii")
        key = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
        self.run("req", "-x509", *key, "-days", "30", "-keyout", "ca.key", "-out", "ca.pem",
                 "-subj", "/CN=Authority for tests", "-extensions", "authority")  # fmt: skip
        self.run("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr")
        by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "tsa.cnf", "-extensions", "stamping")
        self.run("x509", "-req", "-in", "tsa.csr", *by, "-days", "30", "-out", "tsa.pem")

    def stamp(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self.run("ts", "-reply", "-queryfile", "query", "-config", "tsa.cnf", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def service(authority: Authority) -> Iterator[str]:
    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *said: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Stamping) as server, served(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "one")


def copier(anchored: Anchored, address: str, certificate: Path) -> Copier:
    bench, record = anchored.sealed.bench, RecordSettings(time_stamps=address, time_stamp_authorities=certificate)
    settings = Settings(dir=anchored.folder.parent, record=record)
    return Copier(bench.database, settings, bench.clock, Secrets(anchored.folder))


def notes(anchored: Anchored) -> dict[tuple[int, int], str]:
    with anchored.sealed.bench.database.reading() as connection:
        return {(one.tree, one.size): one.note for one in connection.execute(select(seal))}


def alarms(anchored: Anchored) -> list[str]:
    with anchored.sealed.bench.database.reading() as connection:
        return list(connection.execute(select(alarm.c.text)).scalars())


def test_newest_seal_is_stamped_and_the_stamp_fits_it(anchored: Anchored, authority: Authority) -> None:
    anchored.sealed.work("a")
    made = anchored.seal()

    with service(authority) as address:
        copier(anchored, address, authority.certificate).tick()

    assert not alarms(anchored)
    newest, wrong = check_stamps(anchored.folder, notes(anchored), authority.certificate)
    assert newest is not None and (newest.size, wrong) == (made.size, [])


def test_stamp_of_a_seal_that_was_cut_off_or_changed_is_named(anchored: Anchored, authority: Authority) -> None:
    made = anchored.seal()
    with service(authority) as address:
        copier(anchored, address, authority.certificate).tick()

    _, cut = check_stamps(anchored.folder, {}, authority.certificate)
    _, changed = check_stamps(anchored.folder, {(made.tree, made.size): made.note + " "}, authority.certificate)

    assert f"The stamp in 2026/{made.size}.tsr is of a seal over {made.size} entries of 2026" in str(cut[0])
    assert "can't be relied on" in str(changed[0])


def test_stamp_of_an_authority_that_is_not_trusted_is_not_kept(
    anchored: Anchored, authority: Authority, tmp_path: Path
) -> None:
    anchored.seal()
    stranger = Authority(tmp_path / "stranger")

    with service(stranger) as address:
        copier(anchored, address, authority.certificate).tick()

    assert not list(anchored.folder.rglob("*.tsr"))
    assert "it is no stamp of this seal by a trusted authority" in alarms(anchored)[0]


def test_stamps_without_certificates_to_check_them_are_a_mistake_of_the_settings(anchored: Anchored) -> None:
    record = RecordSettings(time_stamps="https://tsa.example")
    settings = Settings(dir=anchored.folder.parent, record=record)

    with pytest.raises(UsageError, match="time_stamp_authorities"):
        Copier(anchored.sealed.bench.database, settings, anchored.sealed.bench.clock, Secrets(anchored.folder))
