"""https: a certificate has to be one that is trusted."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import Make
from fault_server import FaultServer, answering
from real_server import until
from simulated import flag, snapshot


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, made for this test."""
    path = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(path), "-out", str(tmp_path / "public.pem")]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "public.pem").read_text())
    return path


@pytest.fixture
def secure(faults: FaultServer, certificate: Path) -> FaultServer:
    """The scripted server behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    faults.url = faults.url.replace("http://", "https://")
    plain = faults._serve

    def serve(connection: socket.socket) -> None:
        try:
            plain(context.wrap_socket(connection, server_side=True))
        except OSError:
            # The client does not trust it: what one of the tests is about.
            connection.close()

    faults.serve = serve
    faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(f=flag())).encode())
    return faults


def test_a_trusted_certificate(
    make: Make, secure: FaultServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = make(secure.url, mode="polling", ttl=0.1)
    assert client.wait_until_ready(10)
    assert client.is_enabled("f")


def test_a_certificate_that_nobody_trusts(
    make: Make, secure: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    client: Any = make(secure.url, mode="polling")
    until(lambda: "CERTIFICATE_VERIFY_FAILED" in caplog.text, "the report")
    assert not client.ready()
