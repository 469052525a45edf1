"""Downloads against a real https server on loopback: verified, bounded in size and time, never off https."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanner.updates.fetch import FetchedFile, FetchError, fetch


class Registry(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/list":
                self.answer(200, b"a list", {"Last-Modified": "Fri, 20 Nov 2026 23:30:00 GMT"})
            case "/undated":
                self.answer(200, b"a list", {"Last-Modified": "soon"})
            case "/moved":
                self.answer(302, b"", {"Location": "/list"})
            case "/to-http":
                self.answer(302, b"", {"Location": "http://127.0.0.1/list"})
            case "/to-file":
                self.answer(302, b"", {"Location": "file:///etc/passwd"})
            case "/round":
                self.answer(302, b"", {"Location": "/round"})
            case "/cut":
                self.answer(200, b"a l", {"Content-Length": "6"})
            case "/large":
                self.answer(200, b"x" * 2000, {})
            case "/endless":
                self.send_response(200)
                self.end_headers()
                for _ in range(40):
                    self.wfile.write(b"x" * 100)
            case _:
                self.answer(404, b"", {})

    def answer(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in ({} if code == 302 else {"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        if code == 302:
            self.send_header("Location", headers["Location"])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "registry.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def registry(pem: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def trusted(registry: str, pem: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The registry, its certificate trusted as an operator would have it trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return registry


@pytest.mark.parametrize("path", ["/list", "/moved", "/list?token=secret"])
def test_a_download_comes_with_the_day_of_its_last_change(trusted: str, path: str) -> None:
    name = trusted + path.partition("?")[0]
    assert fetch(trusted + path) == FetchedFile(name, b"a list", date(2026, 11, 20))


def test_a_download_without_a_day_says_none(trusted: str) -> None:
    assert fetch(f"{trusted}/undated").changed is None


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/to-http", "not an https address"),
        ("/to-file", "is not allowed"),
        ("/round", "infinite loop"),
        ("/cut", "it ended after 3 of 6 bytes"),
        ("/large", "larger than 1000 bytes"),
        ("/endless", "larger than 1000 bytes"),
        ("/none", "the server answered 404"),
    ],
)
def test_a_download_that_is_not_what_it_should_be_is_refused(trusted: str, path: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        fetch(trusted + path, limit=1000)


def test_a_download_that_takes_too_long_is_given_up(trusted: str) -> None:
    times = iter(range(0, 100_000, 1000))
    with pytest.raises(FetchError, match="it took longer than 600 s"):
        fetch(f"{trusted}/list", clock=lambda: next(times))


def test_a_server_that_nobody_vouches_for_is_refused(registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{registry}/list")


def test_a_server_that_is_not_there_is_an_error_with_the_next_step() -> None:
    with pytest.raises(FetchError, match=r"Next: try again, or fetch it yourself"):
        fetch("https://127.0.0.1:1/list")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/x", "file:///etc/passwd", "ftp://x/y", "https://me:pass@127.0.0.1/x", "https://[", "https://"],
)
def test_only_plain_https_is_asked_and_no_password_is_repeated(address: str) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(address)
    assert ("https address without a user" in str(caught.value), "pass@" in str(caught.value)) == (True, False)


def test_a_file_comes_with_the_day_of_its_last_change(tmp_path: Path) -> None:
    import os

    path = tmp_path / "oui.csv"
    path.write_bytes(b"a list")
    os.utime(path, (1_795_000_000, 1_795_000_000))
    assert fetch(str(path)) == FetchedFile("oui.csv", b"a list", date(2026, 11, 18))


@pytest.mark.parametrize(
    ("limit", "name", "message"),
    [(5, "file", "holds 6 bytes; expected at most 5 bytes"), (9, "none", "cannot be read")],
)
def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path, limit: int, name: str, message: str) -> None:
    (tmp_path / "file").write_bytes(b"a list")
    with pytest.raises(FetchError, match=message):
        fetch(str(tmp_path / name), limit=limit)
