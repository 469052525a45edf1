"""Sealed messages: what a known key sealed is opened, and nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scanner.courier.envelope import MessageRefusedError, open_sealed, seal
from scanner.courier.message import MAX_MESSAGE, Heartbeat, Part, PlannedSlice, SliceOrder, Terms
from scanner.store.bundles.signing import new_private_key, public_key_of, sign

KEY, OTHER = new_private_key(), new_private_key()
NOW = "2026-11-30T02:00:00+00:00"
TERMS = Terms(seed=7, not_before=NOW, deadline="2026-11-30T05:00:00+00:00", probes=["snmp"])
ORDER = SliceOrder(run="0" * 32, site="LON", ordinal=2, of=3, scope_sha256="a" * 64, sent=NOW, terms=TERMS)
KNOWN = {public_key_of(KEY)}


def test_a_sealed_message_is_opened_as_it_was_and_says_whose_it_is() -> None:
    opened = open_sealed(seal(ORDER, KEY), KNOWN)
    assert (opened.message, opened.key) == (ORDER, public_key_of(KEY))


def test_a_message_of_another_key_is_refused_before_it_is_read() -> None:
    with pytest.raises(MessageRefusedError, match="not known here"):
        open_sealed(seal(ORDER, OTHER), KNOWN)


@given(st.integers(0, 2**31), st.integers(1, 255))
def test_no_octet_of_a_sealed_message_can_be_changed(place: int, by: int) -> None:
    octets = bytearray(seal(ORDER, KEY))
    octets[place % len(octets)] ^= by
    try:
        opened = open_sealed(bytes(octets), KNOWN)
    except MessageRefusedError:
        return
    assert opened.message == ORDER  # hexadecimal digits in capitals, or a blank between texts


def test_a_signature_of_something_else_is_none_of_a_message() -> None:
    sealed = json.loads(seal(ORDER, KEY))
    sealed["signature"] = sign(KEY, sealed["message"].encode())  # as a bundle's manifest is signed
    with pytest.raises(MessageRefusedError, match="does not fit"):
        open_sealed(json.dumps(sealed).encode(), KNOWN)


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b'{"message": 1}', b"\xff" * 9, b"[" * 90_000])
def test_what_is_no_message_is_refused(octets: bytes) -> None:
    with pytest.raises(MessageRefusedError):
        open_sealed(octets, KNOWN)


@pytest.mark.parametrize("further", [{"mood": "good"}, {"working_on": "\0"}, {"version": "1\0"}])
def test_a_message_of_a_later_version_or_with_a_nul_is_refused_with_the_reason(further: dict[str, str]) -> None:
    sealed = json.loads(
        seal(Heartbeat(site="LON", collector="lon1", version="9", sent=NOW, spool_bytes=0, spool_limit=1), KEY)
    )
    later = json.loads(sealed["message"]) | further
    sealed["message"] = json.dumps(later)
    sealed["signature"] = sign(KEY, b"kitscan-message/1\0" + sealed["message"].encode())
    with pytest.raises(MessageRefusedError, match="a version that is not known"):
        open_sealed(json.dumps(sealed).encode(), KNOWN)


@pytest.mark.parametrize("name", ["version", "working_on"])
def test_a_text_that_a_database_cannot_keep_is_refused(name: str) -> None:
    said = {"version": "1.0", "working_on": "slice 1"}
    heartbeat = Heartbeat(site="LON", collector="lon1", sent=NOW, spool_bytes=0, spool_limit=9, **said)
    octets = seal(heartbeat.model_copy(update={name: "a\nb"}), KEY)
    assert getattr(open_sealed(octets, KNOWN).message, name) == "a\nb"
    with pytest.raises(MessageRefusedError, match="kind or a version"):
        open_sealed(seal(heartbeat.model_copy(update={name: "a\0b"}), KEY), KNOWN)


def test_no_words_of_a_site_hold_a_nul() -> None:
    with pytest.raises(ValidationError):
        PlannedSlice(ordinal=1, addresses=1, words="10.0.0.0/24\0")


def test_a_message_that_is_too_large_is_neither_sealed_nor_opened() -> None:
    part = Part(site="LON", collector="lon1", sha256="a" * 64, size=9, number=1, of=1, octets="A" * MAX_MESSAGE)
    with pytest.raises(ValueError, match="larger"):
        seal(part, KEY)
    with pytest.raises(MessageRefusedError, match="at most"):
        open_sealed(b" " * (MAX_MESSAGE + 1), KNOWN)
