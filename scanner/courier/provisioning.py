"""What RabbitMQ has to be told of a centre and its sites: `rabbitmqctl import_definitions FILE` reads it.

Each user may configure nothing, write to one exchange and read its own queue. Passwords are there as RabbitMQ hashes
them (SHA-256 with four octets of salt, once): a password has to be long and random, as `new_password` makes it.
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

Json = dict[str, object]
_QUORUM = {"x-queue-type": "quorum"}


def new_password() -> str:
    """A password of 256 random bits, which a URL may hold as it is."""
    return secrets.token_urlsafe(32)


def password_hash(password: str, salt: bytes) -> str:
    """A password as RabbitMQ keeps it (rabbit_password_hashing_sha256), with four octets of salt."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def definitions_of(centre_hash: str, site_hashes: Mapping[str, str], centre_octets: int = MAX_CENTRE_OCTETS) -> Json:
    """The definitions of a centre and of sites by their names, each with the hash of its password. `centre_octets`
    may wait for the centre."""
    sites = sorted(site_hashes)
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(CENTRE, centre_hash), *(_user(site_queue(site), site_hashes[site]) for site in sites)],
        "permissions": [
            _permissions(CENTRE, write=[ORDERS], read=[CENTRE, DEAD]),
            *(_permissions(site_queue(site), write=[CENTRE], read=[site_queue(site)]) for site in sites),
        ],
        "exchanges": [_exchange(ORDERS), _exchange(CENTRE), _exchange(DEAD, "fanout")],
        "queues": [_queue(CENTRE), _queue(DEAD), *(_queue(site_queue(site)) for site in sites)],
        "bindings": [
            _binding(CENTRE, CENTRE, CENTRE),
            _binding(DEAD, DEAD, ""),
            *(_binding(ORDERS, site_queue(site), site) for site in sites),
        ],
        "policies": [
            _policy(CENTRE, rf"^{re.escape(CENTRE)}$", _bounded(centre_octets, MAX_CENTRE_TRIES)),
            _policy(DEAD, rf"^{re.escape(DEAD)}$", {"max-length-bytes": MAX_DEAD_OCTETS}),
            _policy("kitscan.site", r"^kitscan\.site\.", _bounded(MAX_SITE_QUEUE_OCTETS, MAX_TRIES)),
        ],
    }


def _user(name: str, hashed: str) -> Json:
    return {
        "name": name,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {"max-connections": MAX_USER_CONNECTIONS, "max-channels": 4 * MAX_USER_CONNECTIONS},
    }


def _permissions(user: str, write: Iterable[str], read: Iterable[str]) -> Json:
    return {"user": user, "vhost": VHOST, "configure": "^$", "write": _any_of(write), "read": _any_of(read)}


def _any_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"


def _exchange(name: str, kind: str = "direct") -> Json:
    flags = {"durable": True, "auto_delete": False, "internal": False}
    return {"name": name, "vhost": VHOST, "type": kind, **flags, "arguments": {}}


def _queue(name: str) -> Json:
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": _QUORUM}


def _binding(exchange: str, queue: str, key: str) -> Json:
    place = {"source": exchange, "vhost": VHOST, "destination": queue, "destination_type": "queue"}
    return {**place, "routing_key": key, "arguments": {}}


def _policy(name: str, pattern: str, definition: Json) -> Json:
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "definition": definition,
        "priority": 0,
    }


def _bounded(octets: int, tries: int) -> Json:
    limits = {"max-length-bytes": octets, "overflow": "reject-publish", "delivery-limit": tries}
    return {**limits, "dead-letter-exchange": DEAD}
