"""An HTTP/1 answer, read for what identifies its sender: status, fields, title. No input or output.

The reader is kitscan's own. h11 raises an error for the whole answer, its Server field and realm included, if it has
a space before a colon, a line without a colon, a control character in a field, an impossible or a second
Content-Length, or a transfer coding besides chunked. Embedded web servers send all of these, and what they send
identifies them (tests/unit/test_web_answer.py lists the cases). Every part that is kept is bounded.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from fingerprints.model.evidence import Observation, Source, kept

MAX_ANSWER = 64 * 1024
"""Octets read of one answer, head and body."""

MAX_FIELD = 255
"""Characters kept of a header's value or a realm."""

MAX_TITLE = 1_000
MAX_PATH = 512
MAX_PATHS = 20

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_STATUS = re.compile(rb"HTTP/\d\.\d +(\d{3})(?: |\r|\n|$)")
_REALM = re.compile(r'\brealm ?= ?(?:"((?>(?:[^"\\]|\\.){0,255}))"|([^\s",]{1,255}+))', re.IGNORECASE)
_REFERENCE = re.compile(rb"""(?i)\b(?:src|href|url|location) ?= ?["']?([^"'\s<>;]{1,200}+)""")
_WIRE_PATH = re.compile(r"/[!-~]*+")
_LENGTH = re.compile(rb"\ncontent-length: {0,4}(\d{1,10}+)\s", re.IGNORECASE)
_CHUNK = re.compile(rb"\s{0,4}([0-9a-fA-F]{1,8}+)[^\n]{0,200}+\n")


class NotHttpError(ValueError):
    """Octets that are not the beginning of an HTTP answer."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, header fields (names in lower case, values one character an octet) and body, as far as they came. `whole`
    is True if nothing more was to come."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool

    def values_of(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order."""
        return tuple(value for field, value in self.fields if field == name)

    @property
    def title(self) -> str:
        """The title of the page without surrounding white space; empty if there is none."""
        lower = self.body.lower()
        start = lower.find(b"<title")
        opened = lower.find(b">", start)
        closed = lower.find(b"</title", opened)
        if min(start, opened, closed) < 0:
            return ""
        return kept(self.body[opened + 1 : closed][:MAX_TITLE].strip())


def read_answer(octets: bytes) -> HttpAnswer | None:
    """The answer that these octets hold, or None while its head is incomplete. Raises NotHttpError."""
    if not _may_be_http(octets):
        raise NotHttpError
    start = _body_start(octets)
    if start < 0:
        return None
    status_line, _, rest = octets[:start].partition(b"\n")
    status = _STATUS.match(status_line)
    if status is None:
        raise NotHttpError
    fields, body = tuple(_fields(rest.splitlines())), octets[start:]
    if any(name == "transfer-encoding" and "chunked" in value.lower() for name, value in fields):
        body = _dechunk(body)
    return HttpAnswer(int(status[1]), fields, body, is_complete(octets))


def is_complete(octets: bytes | bytearray) -> bool:
    """True if there is nothing more to wait for: the answer is complete, or it is no HTTP. Cheap: called after each
    read."""
    start = _body_start(octets)
    if start < 0:
        return not _may_be_http(octets)
    length = _LENGTH.search(octets, 0, start)
    if length is not None:
        return len(octets) - start >= int(length[1])
    tail = octets[max(start, len(octets) - 16) :]
    return tail.endswith(b"0\r\n\r\n") or tail.strip().lower().endswith(b"</html>")


def answer_observations(answer: HttpAnswer, at: str) -> Iterator[Observation]:
    """What an answer says about its sender, `at` a port."""
    for server in answer.values_of("server")[:1]:
        if server:
            yield Observation(Source.WEB_SERVER, at, server[:MAX_FIELD])
    for realm in dict.fromkeys(_realms(answer)):
        yield Observation(Source.WEB_REALM, at, realm)
    if answer.title:
        yield Observation(Source.WEB_TITLE, at, answer.title)
    paths = " ".join(_paths(answer))
    if paths:
        yield Observation(Source.WEB_PATHS, at, paths)


def redirect_path(answer: HttpAnswer, address: str, port: int, secure: bool) -> str | None:
    """The path that an answer redirects to on the same port of the same address, or None."""
    base = f"{'https' if secure else 'http'}://{host_field(address, port, secure)}/"
    for location in answer.values_of("location")[:1] if answer.status in _REDIRECTS else ():
        try:
            destination = urlsplit(urljoin(base, location))
            own = destination.scheme == urlsplit(base).scheme and (destination.port or (443 if secure else 80)) == port
            same = own and ipaddress.ip_address(destination.hostname or "") == ipaddress.ip_address(_unzoned(address))
        except ValueError:  # no URL, no port, or a name that may belong to another device
            return None
        path = destination.path + (f"?{destination.query}" if destination.query else "")
        if same and path != "/" and len(path) <= MAX_PATH and _WIRE_PATH.fullmatch(path):
            return path
    return None


def host_field(address: str, port: int, secure: bool) -> str:
    """The value of the Host field (RFC 9110 section 7.2)."""
    host = f"[{_unzoned(address)}]" if ":" in address else address
    return host if port == (443 if secure else 80) else f"{host}:{port}"


def _unzoned(address: str) -> str:
    return address.partition("%")[0]


def _may_be_http(octets: bytes | bytearray) -> bool:
    return octets.startswith(b"HTTP/") or b"HTTP/".startswith(octets[:5])


def _body_start(octets: bytes | bytearray) -> int:
    """Where the body begins, or -1 while the head is incomplete. Small servers end lines with a bare line feed."""
    ends = [place + len(end) for end in (b"\r\n\r\n", b"\n\n") if (place := octets.find(end)) >= 0]
    return min(ends, default=-1)


def _fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines[:100]:
        name, colon, value = line.partition(b":")
        if colon:
            yield kept(name.strip().lower()[:64]), kept(value.strip()[:1_024])


def _dechunk(body: bytes) -> bytes:
    """The body without its chunk sizes (RFC 9112 section 7.1), up to the first one that is wrong."""
    plain, place = bytearray(), 0
    while (size := _CHUNK.match(body, place)) is not None and (length := int(size[1], 16)):
        plain += body[size.end() : size.end() + length]
        place = size.end() + length
    return bytes(plain)


def _realms(answer: HttpAnswer) -> Iterator[str]:
    for challenge in answer.values_of("www-authenticate")[:8]:
        for quoted, bare in _REALM.findall(challenge):
            realm = re.sub(r"\\(.)", r"\1", quoted) or bare
            if realm.strip():
                yield realm.strip()


def _paths(answer: HttpAnswer) -> Iterator[str]:
    locations = [location.encode("latin-1") for location in answer.values_of("location")[:1]]
    seen: dict[str, None] = {}
    for reference in (*locations, *(match[1] for match in _REFERENCE.finditer(answer.body))):
        path = kept(reference.partition(b"?")[0].partition(b"#")[0])[:200]
        if path and ":" not in path and not path.startswith("//") and path != "/" and " " not in path:
            seen.setdefault(path)
        if len(seen) == MAX_PATHS:
            break
    yield from seen
