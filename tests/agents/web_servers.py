"""Web servers on loopback for tests: certificates made at run time, and answers given as octets."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fingerprints.model.evidence import Gap, Observation
from scanner.protocols.tcp_connections import TcpConnections
from scanner.protocols.web.probe import WebProbe
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target

ADDRESS = "127.0.0.1"
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Server:
    """A running server: its port, each request it received, how often and how often at once it was called."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    calls: int = 0
    at_once: int = 0
    most_at_once: int = 0


@asynccontextmanager
async def answering(
    answers: Mapping[str, Sequence[bytes]], *, context: ssl.SSLContext | None = None, hold: bool = False
) -> AsyncIterator[Server]:
    """A server that answers a GET of each path with these parts and hangs up, unless `hold`."""
    server = Server()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.calls += 1
        server.at_once += 1
        server.most_at_once = max(server.most_at_once, server.at_once)
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            server.requests.append(request)
            for part in answers.get(request.split()[1].decode(), ()):
                writer.write(part)
                await writer.drain()
            if hold:
                await reader.read(-1)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            server.at_once -= 1
            writer.close()

    listening = await asyncio.start_server(serve, ADDRESS, 0, ssl=context)
    async with listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


@asynccontextmanager
async def raw(observed: bytes) -> AsyncIterator[int]:
    """A port that answers whatever comes first with these octets and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(observed)
        writer.close()

    server = await asyncio.start_server(serve, ADDRESS, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def name(**attributes: str) -> x509.Name:
    """A name of these attributes, by their name in x509.oid.NameOID in lower case."""
    kinds = {kind.lower(): getattr(x509.NameOID, kind) for kind in vars(x509.NameOID) if kind.isupper()}
    return x509.Name([x509.NameAttribute(kinds[kind], text) for kind, text in attributes.items()])


@dataclass(frozen=True)
class Shown:
    """A certificate as a server shows it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def encoded(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def context(self, folder: Path) -> ssl.SSLContext:
        """A server's context that shows it."""
        return self.context_in(folder, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    def context_in(self, folder: Path, context: ssl.SSLContext) -> ssl.SSLContext:
        """A context of the caller's own, that shows it now."""
        file = folder / "shown.pem"
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        file.write_bytes(self.certificate.public_bytes(Encoding.PEM) + key)
        context.load_cert_chain(file)
        return context


def certificate(
    subject: x509.Name, issuer: x509.Name | None = None, names: Sequence[str] = (), bits: int = 2048
) -> Shown:
    """A certificate, self-issued where no issuer is named; long expired, as devices' are."""
    key = rsa.generate_private_key(65537, bits)
    began = datetime.datetime(2010, 1, 1, tzinfo=datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=30))
    )
    if names:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
    return Shown(built.sign(key, hashes.SHA256()), key)


async def asked(https_port: int, http_port: int, seconds: float = 5.0) -> list[Observation | Gap]:
    """What the web probe yields for these two ports."""
    probe = WebProbe(TcpConnections(RateLimiter(PROFILES["lab"])), https_port, http_port, seconds)
    async with asyncio.timeout(60):
        return [item async for received in probe.observe(Target(ADDRESS)) for item in received]


async def asked_of(port: int, seconds: float = 5.0) -> list[Observation | Gap]:
    """What it yields for a plain port alone."""
    return [item for item in await asked(1, port, seconds) if item.at != "1/tcp"]


async def asked_of_tls(port: int, seconds: float = 5.0) -> list[Observation | Gap]:
    """What it yields for a TLS port alone."""
    return [item for item in await asked(port, 1, seconds) if item.at != "1/tcp"]
