"""The web probe: the TLS certificate, and the answer to one GET on each of two ports, without a login."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.tcp_connections import CONNECT_ONLY, TcpConnections
from scanner.protocols.web.certificate import certificate_observations
from scanner.protocols.web.http_answer import (
    MAX_ANSWER,
    HttpAnswer,
    NotHttpError,
    answer_observations,
    host_field,
    is_complete,
    read_answer,
    redirect_path,
)
from scanner.protocols.web.tls import handshake_gap, lenient_context
from scanner.targets.target import Target
from scanner.version import VERSION

HTTPS_PORT = 443
HTTP_PORT = 80

SECONDS = 5.0
"""Seconds for one connection, until the last octet of the answer."""

NAME = "web"
USER_AGENT = f"kitscan/{VERSION}"

_GETS = ("GET / HTTP/1.1", "GET of a path on this port that the answer redirects to")


@dataclass(slots=True)
class _Received:
    """What one connection brought: octets of an answer, the certificate in DER, and why no more came."""

    octets: bytearray = field(default_factory=bytearray)
    certificate: bytes | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class _Service:
    """One port of one device; over TLS if there is a context."""

    address: str
    port: int
    context: ssl.SSLContext | None

    @property
    def at(self) -> str:
        return f"{self.port}/tcp"

    @property
    def secure(self) -> bool:
        return self.context is not None

    def request(self, path: str) -> bytes:
        """One GET; its User-Agent names kitscan."""
        host = host_field(self.address, self.port, self.secure)
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            f"User-Agent: {USER_AGENT}",
            "Accept: */*",
            "Connection: close",
        )
        return "\r\n".join((*lines, "", "")).encode("ascii", "replace")


class WebProbe:
    """Probes HTTPS, then HTTP, one connection after the other (`Probe`)."""

    name = NAME

    def __init__(
        self,
        connections: TcpConnections,
        https_port: int = HTTPS_PORT,
        http_port: int = HTTP_PORT,
        seconds: float = SECONDS,
    ) -> None:
        self._connections = connections
        self._https_port, self._http_port = https_port, http_port
        self._seconds = seconds

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """A TLS handshake and a GET on one port, a GET on the other; at most one redirect followed on each."""
        https = ("TLS handshake", *_GETS)
        return (
            Planned(target.key, self.name, f"{self._https_port}/tcp", (CONNECT_ONLY, *https), ()),
            Planned(target.key, self.name, f"{self._http_port}/tcp", (CONNECT_ONLY, *_GETS), ()),
        )

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """The certificate, then what the answers of both ports say. Repeats on one port are left out."""
        for port, context in ((self._https_port, lenient_context()), (self._http_port, None)):
            yielded: set[Observation | Gap] = set()
            async for item in self._observe_service(_Service(target.address, port, context)):
                if item not in yielded:
                    yielded.add(item)
                    yield (item,)

    async def _observe_service(self, service: _Service) -> AsyncIterator[Observation | Gap]:
        received = await self._get(service, "/")
        if received.certificate is not None:
            for item in certificate_observations(received.certificate, self.name, service.at):
                yield item
        answer = _parse_answer(received, service.at)
        for item in _answer_items(answer, received, service.at):
            yield item
        path = (
            redirect_path(answer, service.address, service.port, service.secure)
            if isinstance(answer, HttpAnswer)
            else None
        )
        if path is not None:
            received = await self._get(service, path)
            for item in _answer_items(_parse_answer(received, service.at), received, service.at):
                yield item

    async def _get(self, service: _Service, path: str) -> _Received:
        received = _Received()
        try:
            await self._exchange(service, path, received)
        except TimeoutError:
            reason = GapReason.BUDGET_SPENT if received.octets else GapReason.NO_ANSWER
            received.gap = Gap(NAME, service.at, reason, f"its answer was not complete after {self._seconds:g} s")
        except ssl.SSLError as error:
            received.gap = handshake_gap(NAME, service.at, error)
        except OSError as error:
            received.gap = Gap(NAME, service.at, GapReason.NO_ANSWER, error.strerror or "no connection")
        return received

    async def _exchange(self, service: _Service, path: str, received: _Received) -> None:
        connection = self._connections.open(service.address, service.port, self._seconds, service.context)
        async with connection as (reader, writer):
            ssl_object = writer.get_extra_info("ssl_object")
            received.certificate = ssl_object.getpeercert(binary_form=True) if ssl_object is not None else None
            writer.write(service.request(path))
            while len(received.octets) < MAX_ANSWER and not is_complete(received.octets):
                octets = await reader.read(MAX_ANSWER - len(received.octets))
                if not octets:
                    return
                received.octets += octets
            if len(received.octets) >= MAX_ANSWER:
                received.gap = Gap(
                    NAME, service.at, GapReason.BUDGET_SPENT, f"no more than {MAX_ANSWER:,} octets were read"
                )


def _parse_answer(received: _Received, at: str) -> HttpAnswer | Gap:
    """The answer, or a gap that says why there is none."""
    if not received.octets:
        return received.gap or Gap(NAME, at, GapReason.NO_ANSWER, "it closed the connection without an answer")
    try:
        answer = read_answer(bytes(received.octets))
    except NotHttpError:
        return Gap(NAME, at, GapReason.MALFORMED, "what answers there does not speak HTTP")
    return answer or received.gap or Gap(NAME, at, GapReason.MALFORMED, "the head of its answer has no end")


def _answer_items(answer: HttpAnswer | Gap, received: _Received, at: str) -> tuple[Observation | Gap, ...]:
    """What an answer says. That it was cut short is a gap only if its title may be lost."""
    match answer:
        case Gap():
            return (answer,)
        case HttpAnswer():
            lost = received.gap is not None and not answer.whole and not answer.title
            return *answer_observations(answer, at), *((received.gap,) if lost and received.gap else ())
