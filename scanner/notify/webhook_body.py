"""The JSON that a webhook is sent, and its signature, by the Standard Webhooks specification 1.0."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping

from scanner.credentials.references import Unreadable
from scanner.credentials.secret import Secret
from scanner.notify.ecs import ecs_events
from scanner.notify.notices import Notice

SCHEMA = "kitscan-notice/1"

MAX_EVENTS = 1_000
"""Events and reminders of one body, which then has less than 2 MB; it counts all."""

MIN_KEY = 16
"""Octets of the shortest key: 128 bits, if they are random. The specification recommends 24 to 64."""

PREFIX = "whsec_"
"""What a key in base64 begins with, by the specification. Any other key is taken as its own UTF-8."""


def body_of(notice: Notice) -> bytes:
    """The body: the counts of the night, and each event and reminder in the fields of ECS."""
    events = list(ecs_events(notice))
    document = {
        "schema": SCHEMA,
        "id": notice.id,
        "run": notice.run,
        "before_run": notice.before,
        "started": notice.started.isoformat(),
        "finished": notice.finished.isoformat(),
        "as_of": notice.as_of.isoformat(),
        "partial": notice.partial,
        "same_scope": notice.same_scope,
        "redacted": notice.redacted,
        "counts": {
            "devices": {verdict.value: count for verdict, count in notice.verdicts.items()},
            "same": notice.same,
            "in_scope": notice.in_scope,
            "silent": notice.silent,
            "not_assessed_targets": notice.missing,
            "events": len(notice.events),
            "reminders": len(notice.reminders),
        },
        "events": events[:MAX_EVENTS],
        "left_out": max(0, len(events) - MAX_EVENTS),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def key_octets(secret: Secret) -> bytes | Unreadable:
    """The key that a secret holds; Unreadable where it is too short, or base64 that is none."""
    text = secret.reveal()
    try:
        octets = (
            base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else text.encode()
        )
    except (binascii.Error, ValueError):
        return Unreadable(f"the key begins with {PREFIX} and is no base64", f"write {PREFIX} and base64, or any text")
    if len(octets) < MIN_KEY:
        return Unreadable(f"the key has fewer than {MIN_KEY} octets", "make one: openssl rand -base64 32")
    return octets


def signed_headers(key: bytes, notice_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The three headers of a signed body. `timestamp` is in seconds since 1970-01-01 UTC."""
    signature = hmac.digest(key, f"{notice_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
