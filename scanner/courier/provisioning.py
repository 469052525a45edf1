"""What RabbitMQ has to be told of a centre and its sites: `rabbitmqctl import_definitions FILE` reads it.

Each user may configure nothing, write to one exchange and read its own queue; the centre's also reads what was given
up. Passwords are there as RabbitMQ hashes them (SHA-256 with four octets of salt, once): a password has to be long and
random, as `new_password` makes it.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping

from scanner.courier.broker_names import CENTRE, DEAD, ORDERS, site_queue
from scanner.courier.broker_url import VHOST
from scanner.courier.handling import MAX_TRIES

MAX_CENTRE_OCTETS = 2 * 2**30
"""What waits for the centre, at most: then the broker rejects, and collectors keep what they have."""

MAX_SITE_QUEUE_OCTETS = 32 * 2**20
MAX_DEAD_OCTETS = 256 * 2**20
MAX_CENTRE_TRIES = 20
"""The centre gives a message back after ten minutes: twenty times are three hours without its database."""

MAX_USER_CONNECTIONS = 64
"""Connections of one user: two a collector."""

Definitions = dict[str, list[dict[str, object]]]
"""Entries by their kind, as RabbitMQ exports them."""

_QUORUM = {"x-queue-type": "quorum"}


def new_password() -> str:
    """A password of 256 random bits, which a URL may hold as it is."""
    return secrets.token_urlsafe(32)


def password_hash(password: str, salt: bytes) -> str:
    """A password as RabbitMQ keeps it (rabbit_password_hashing_sha256), with four octets of salt."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def definitions_of(
    centre_hash: str, site_hashes: Mapping[str, str], centre_octets: int = MAX_CENTRE_OCTETS
) -> Definitions:
    """The definitions of a centre and of sites by their names, each with the hash of its password. `centre_octets`
    may wait for the centre."""
    whole = _centre_definitions(centre_hash, centre_octets)
    for site in sorted(site_hashes):
        for kind, entries in site_definitions(site, site_hashes[site]).items():
            whole[kind] += entries
    return whole


def site_definitions(site: str, site_hash: str) -> Definitions:
    """What a site adds to the definitions of a centre: a broker that runs can import it alone."""
    queue = site_queue(site)
    return {
        "users": [_user(queue, site_hash)],
        "permissions": [_permissions(queue, write=[CENTRE], read=[queue])],
        "queues": [_queue(queue)],
        "bindings": [_binding(ORDERS, queue, site)],
    }


def _centre_definitions(centre_hash: str, centre_octets: int) -> Definitions:
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(CENTRE, centre_hash)],
        "permissions": [_permissions(CENTRE, write=[ORDERS], read=[CENTRE, DEAD])],
        "exchanges": [_exchange(ORDERS), _exchange(CENTRE), _exchange(DEAD, "fanout")],
        "queues": [_queue(CENTRE), _queue(DEAD)],
        "bindings": [_binding(CENTRE, CENTRE, CENTRE), _binding(DEAD, DEAD, "")],
        "policies": [
            _policy(CENTRE, rf"^{re.escape(CENTRE)}$", _bounded(centre_octets, MAX_CENTRE_TRIES)),
            _policy(DEAD, rf"^{re.escape(DEAD)}$", {"max-length-bytes": MAX_DEAD_OCTETS}),
            _policy("kitscan.site", r"^kitscan\.site\.", _bounded(MAX_SITE_QUEUE_OCTETS, MAX_TRIES)),
        ],
    }


def _user(name: str, hashed: str) -> dict[str, object]:
    return {
        "name": name,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {"max-connections": MAX_USER_CONNECTIONS, "max-channels": 4 * MAX_USER_CONNECTIONS},
    }


def _permissions(user: str, write: Iterable[str], read: Iterable[str]) -> dict[str, object]:
    return {"user": user, "vhost": VHOST, "configure": "^$", "write": _any_of(write), "read": _any_of(read)}


def _any_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"


def _exchange(name: str, kind: str = "direct") -> dict[str, object]:
    flags = {"durable": True, "auto_delete": False, "internal": False}
    return {"name": name, "vhost": VHOST, "type": kind, **flags, "arguments": {}}


def _queue(name: str) -> dict[str, object]:
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": _QUORUM}


def _binding(exchange: str, queue: str, key: str) -> dict[str, object]:
    place = {"source": exchange, "vhost": VHOST, "destination": queue, "destination_type": "queue"}
    return {**place, "routing_key": key, "arguments": {}}


def _policy(name: str, pattern: str, definition: dict[str, object]) -> dict[str, object]:
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "definition": definition,
        "priority": 0,
    }


def _bounded(octets: int, tries: int) -> dict[str, object]:
    limits = {"max-length-bytes": octets, "overflow": "reject-publish", "delivery-limit": tries}
    return {**limits, "dead-letter-exchange": DEAD}
