"""What a device's web service tells without a login: the TLS certificate, and the answer to one GET on each port."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.tcp_connections import KNOCK, Conversations
from scanner.protocols.web.certificate import certificate_said
from scanner.protocols.web.http_answer import (
    MAX_ANSWER,
    Answer,
    NotHttpError,
    answer_said,
    host_field,
    read_answer,
    redirect,
    settled,
)
from scanner.protocols.web.tls import lenient_context, refusal
from scanner.targets.target import Target
from scanner.version import VERSION

HTTPS_PORT = 443
HTTP_PORT = 80

SECONDS = 5.0
"""For one connection, from its beginning to the last octet of the answer."""

NAME = "web"
USER_AGENT = f"kitscan/{VERSION}"

_GETS = ("GET / HTTP/1.1", "GET of a path on this port that the answer redirects to")


@dataclass(slots=True)
class _Heard:
    """What one connection brought: octets of an answer, the certificate in DER, why no more came."""

    octets: bytearray = field(default_factory=bytearray)
    certificate: bytes | None = None
    trouble: Gap | None = None


@dataclass(frozen=True, slots=True)
class _Service:
    """One port of one device, spoken to over TLS where there is a context."""

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
        """One GET, told plainly by whom."""
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
    """Asks HTTPS, then HTTP, one connection after the other."""

    name = NAME

    def __init__(
        self,
        conversations: Conversations,
        https_port: int = HTTPS_PORT,
        http_port: int = HTTP_PORT,
        seconds: float = SECONDS,
    ) -> None:
        self._conversations = conversations
        self._https_port, self._http_port = https_port, http_port
        self._seconds = seconds

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """A connection with a handshake and a GET on one port, a GET on the other; at most one redirect on each."""
        https = ("TLS handshake", *_GETS)
        return (
            Planned(target.key, self.name, f"{self._https_port}/tcp", (KNOCK, *https), ()),
            Planned(target.key, self.name, f"{self._http_port}/tcp", (KNOCK, *_GETS), ()),
        )

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """The certificate, then what the answers of both ports say; a thing said twice on one port is told once."""
        for port, context in ((self._https_port, lenient_context()), (self._http_port, None)):
            told: set[Observation | Gap] = set()
            async for item in self._asked(_Service(target.address, port, context)):
                if item not in told:
                    told.add(item)
                    yield (item,)

    async def _asked(self, service: _Service) -> AsyncIterator[Observation | Gap]:
        heard = await self._heard(service, "/")
        if heard.certificate is not None:
            for said in certificate_said(heard.certificate, self.name, service.at):
                yield said
        read = _read(heard, service.at)
        for item in _told(read, heard, service.at):
            yield item
        path = redirect(read, service.address, service.port, service.secure) if isinstance(read, Answer) else None
        if path is not None:
            heard = await self._heard(service, path)
            for item in _told(_read(heard, service.at), heard, service.at):
                yield item

    async def _heard(self, service: _Service, path: str) -> _Heard:
        heard = _Heard()
        try:
            await self._converse(service, path, heard)
        except TimeoutError:
            reason = GapReason.BUDGET_SPENT if heard.octets else GapReason.NO_ANSWER
            heard.trouble = Gap(NAME, service.at, reason, f"its answer had not ended after {self._seconds:g} s")
        except ssl.SSLError as error:
            heard.trouble = refusal(NAME, service.at, error)
        except OSError as error:
            heard.trouble = Gap(NAME, service.at, GapReason.NO_ANSWER, error.strerror or "no connection")
        return heard

    async def _converse(self, service: _Service, path: str, heard: _Heard) -> None:
        connection = self._conversations.opened(service.address, service.port, self._seconds, service.context)
        async with connection as (reader, writer):
            shown = writer.get_extra_info("ssl_object")
            heard.certificate = shown.getpeercert(binary_form=True) if shown is not None else None
            writer.write(service.request(path))
            while len(heard.octets) < MAX_ANSWER and not settled(heard.octets):
                octets = await reader.read(MAX_ANSWER - len(heard.octets))
                if not octets:
                    return
                heard.octets += octets
            if len(heard.octets) >= MAX_ANSWER:
                heard.trouble = Gap(
                    NAME, service.at, GapReason.BUDGET_SPENT, f"no more than {MAX_ANSWER:,} octets were read"
                )


def _read(heard: _Heard, at: str) -> Answer | Gap:
    """The answer, or why there is none."""
    if not heard.octets:
        return heard.trouble or Gap(NAME, at, GapReason.NO_ANSWER, "it closed the connection without an answer")
    try:
        answer = read_answer(bytes(heard.octets))
    except NotHttpError:
        return Gap(NAME, at, GapReason.MALFORMED, "what answers there does not speak HTTP")
    return answer or heard.trouble or Gap(NAME, at, GapReason.MALFORMED, "the head of its answer does not end")


def _told(read: Answer | Gap, heard: _Heard, at: str) -> tuple[Observation | Gap, ...]:
    """What an answer says; that it was cut is a gap only where its title may have been lost by it."""
    match read:
        case Gap():
            return (read,)
        case Answer():
            lost = heard.trouble is not None and not read.whole and not read.title
            return *answer_said(read, at), *((heard.trouble,) if lost and heard.trouble else ())
