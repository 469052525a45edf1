"""The snmpEngineID in all the forms that agents give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.sources.engine_id import EngineForm, read_engine_id

FORMS = [
    ("RFC 3411 with a MAC", "800007db0300e0fc102001", 2011, EngineForm.MAC, "00e0fc102001", True),
    ("a MAC behind a padding octet", "80000009030000 1b54102001", 9, EngineForm.MAC, "001b54102001", True),
    ("a MAC, an instance", "800063a2805820b1aabbcc00000001", 25506, EngineForm.ENTERPRISE, "5820b1aabbcc", True),
    ("a MAC never filled in", "80000f3e03000000000000", 3902, EngineForm.MAC, "000000000000", False),
    ("a private address", "80000a4c010a000001", 2636, EngineForm.IPV4, None, False),
    ("a public address", "80000a4c0108080808", 2636, EngineForm.IPV4, None, True),
    ("twelve octets of before SNMPv3", "000007db7f00000112345678", 2011, EngineForm.LEGACY, None, True),
    ("a random value of net-snmp", "80001f88809d3a7b1c5f00aa65", 8072, EngineForm.ENTERPRISE, None, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "octets", "enterprise", "form", "mac", "unique"), FORMS, ids=[row[0] for row in FORMS]
)
def test_a_form_is_read(
    name: str, octets: str, enterprise: int, form: EngineForm, mac: str | None, unique: bool
) -> None:
    engine = read_engine_id(bytes.fromhex(octets))
    assert engine is not None
    assert (engine.enterprise, engine.form, engine.mac.hex() if engine.mac else None, engine.unique) == (
        enterprise,
        form,
        mac,
        unique,
    )


@pytest.mark.parametrize(
    "octets", [b"", b"\x80\0\0\x09", b"192.0.2.33", b"\x80" * 33, b"\0\0\0\x09\1\2\3", b"\x80\0\0\0\1\1"]
)
def test_what_breaks_the_layout_names_nobody(octets: bytes) -> None:
    assert read_engine_id(octets) is None


@given(st.binary(max_size=40))
def test_no_octets_raise(octets: bytes) -> None:
    engine = read_engine_id(octets)
    assert engine is None or engine.octets == octets
