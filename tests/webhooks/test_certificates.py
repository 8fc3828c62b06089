"""A call goes to an address, and the certificate there must be that of the name."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub.events.webhooks import address
from hub.events.webhooks.caller import Caller, Result
from tests.webhooks.test_address import Names


def certificate(folder: Path, name: str) -> Path:
    """Of this name, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serving(certificate: Path, hosts: list[str]) -> Iterator[int]:
    """A server with this certificate, on loopback, that notes by which name it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hosts.append(self.headers["host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever called did not like the certificate."""

    server = Quiet(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("named", "result", "asked"),
    [
        ("bank.example", Result(said="HTTP 204", status=204), True),
        # The leak: whoever has another name's certificate, and its address, is told in its place.
        ("other.example", Result(said="not reached"), False),
    ],
)
async def test_certificate_is_that_of_the_name_and_not_of_the_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str, result: Result, asked: bool
):
    made, hosts = certificate(tmp_path, named), []
    with serving(made, hosts) as port:
        monkeypatch.setattr(address.socket, "getaddrinfo", Names(["127.0.0.1"]))
        caller = Caller(is_loopback_open=True, seconds=5, trust=ssl.create_default_context(cafile=made))
        assert await caller.call(f"https://bank.example:{port}/hook", {}, b"{}") == result
        await caller.close()
    assert hosts == ([f"bank.example:{port}"] if asked else [])


async def test_certificate_that_nobody_vouches_for_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    hosts: list[str] = []
    with serving(certificate(tmp_path, "bank.example"), hosts) as port:
        monkeypatch.setattr(address.socket, "getaddrinfo", Names(["127.0.0.1"]))
        caller = Caller(is_loopback_open=True, seconds=5)
        assert (await caller.call(f"https://bank.example:{port}/hook", {}, b"{}")).said == "not reached"
        await caller.close()
    assert hosts == []
