"""The URL of a broker: amqps://USER:PASSWORD@HOST:PORT/VHOST. Without TLS only on this machine."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from fingerprints.model.errors import KitscanError

VHOST = "kitscan"
"""The virtual host that a URL means which names none."""

_PORTS = {"amqps": 5671, "amqp": 5672}
_EXPECTED = "amqps://USER:PASSWORD@HOST/VHOST, or folder:PATH"


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """Where a broker is, and who comes. `str()` and repr hold no password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    vhost: str = VHOST
    tls: bool = True

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'amqps' if self.tls else 'amqp'}://{self.user}@{host}:{self.port}/{self.vhost}"


def broker_url_of(text: str) -> BrokerUrl:
    """Read a URL. Raises KitscanError, which repeats nothing of the text."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("is no URL") from None
    if parts.scheme not in _PORTS:
        raise _refused("names neither a folder nor a broker")
    if not host or not parts.username or not parts.password:
        raise _refused("names no host, no user or no password")
    if parts.query or parts.fragment:
        raise _refused("holds more than a place (TLS files are keys of their own in kitscan.yaml)")
    tls = parts.scheme == "amqps"
    if not tls and not _is_loopback(host):
        raise KitscanError("courier: amqp:// is not encrypted", "use amqps://; amqp:// is for this machine only")
    user, password = unquote(parts.username), unquote(parts.password)
    return BrokerUrl(host, port or _PORTS[parts.scheme], user, password, unquote(parts.path[1:]) or VHOST, tls)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(problem: str) -> KitscanError:
    return KitscanError(f"courier: the reference {problem}", f"expected {_EXPECTED}")
