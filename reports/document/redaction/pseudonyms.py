"""Pseudonyms: a kind and a number, the same for the same value wherever it stands in a report.

The number is the rank of the value's keyed digest (HMAC-SHA-256). The key is a digest of all private values of the
report together, so the order tells nothing to whoever does not have them all. The digest of the evidence would not do:
the report prints it, and whoever knows a subnet could sort its addresses by it.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256

from reports.document.redaction.patterns import maker_half
from reports.document.redaction.private_kind import PrivateKind


def pseudonyms_of(values: Mapping[str, PrivateKind], seed: str) -> Mapping[str, str]:
    """The pseudonym of each value: `device-0007`, `mac-00e0fc-0003`, which keeps the maker's half of the address.
    `seed` names the evidence."""
    key = sha256("\n".join((seed, *sorted(values))).encode("utf-8", "surrogatepass")).digest()
    by_kind: dict[PrivateKind, list[tuple[bytes, str]]] = defaultdict(list)
    for value, kind in values.items():
        octets = value.encode("utf-8", "surrogatepass")
        by_kind[kind].append((hmac.digest(key, octets, "sha256"), value))
    return {
        value: _named(kind, value, number)
        for kind, ranked in by_kind.items()
        for number, (_, value) in enumerate(sorted(ranked), 1)
    }


def _named(kind: PrivateKind, value: str, number: int) -> str:
    half = f"{maker_half(value)}-" if kind is PrivateKind.MAC else ""
    return f"{kind.value}-{half}{number:04d}"
