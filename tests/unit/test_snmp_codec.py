"""The codec: what it writes it reads, pysnmp reads it the same way, and rubbish is a DecodeError and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.sources import registry
from scanner.protocols.snmp.message import ber, codec, variables
from scanner.protocols.snmp.message.ber import DecodeError, Syntax, dotted, oid_of
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.fast_encoder import encode_request
from scanner.protocols.snmp.message.variables import Varbind, encode_variable, read_variables
from scanner.protocols.snmp.to_observations import to_observation, to_observations

INT32 = st.integers(-(2**31), 2**31 - 1)
UINT32 = st.integers(0, 2**32 - 1)
LATIN1 = st.binary(max_size=300).map(lambda octets: octets.decode("latin-1"))
OIDS = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 2**32 - 81))
).flatmap(lambda root: st.lists(UINT32, max_size=30).map(lambda arcs: (*root, *arcs)))
VALUES = st.one_of(
    st.tuples(st.just(Syntax.INTEGER), INT32.map(str)),
    st.tuples(st.sampled_from((Syntax.OCTETS, Syntax.OPAQUE)), LATIN1),
    st.tuples(st.just(Syntax.OBJECT_ID), OIDS.map(dotted)),
    st.tuples(st.just(Syntax.IP_ADDRESS), st.tuples(*[st.integers(0, 255)] * 4).map(dotted)),
    st.tuples(st.sampled_from((Syntax.COUNTER32, Syntax.GAUGE32, Syntax.TIME_TICKS)), UINT32.map(str)),
    st.tuples(st.just(Syntax.COUNTER64), st.integers(0, 2**64 - 1).map(str)),
    st.tuples(st.sampled_from((Syntax.NULL, *sorted(ber.EXCEPTIONS))), st.just("")),
)
VARBINDS = st.lists(st.builds(lambda oid, value: Varbind(oid, *value), OIDS, VALUES), max_size=8).map(tuple)
PDUS = st.builds(Pdu, st.sampled_from(PduType), INT32, VARBINDS, INT32, INT32)
MESSAGES = st.builds(Message, st.sampled_from((codec.V1, codec.V2C)), st.binary(max_size=200), PDUS)
HONEST_PDUS = st.one_of(
    st.builds(
        Pdu,
        st.sampled_from([kind for kind in PduType if kind is not PduType.GET_BULK]),
        INT32,
        VARBINDS,
        st.integers(0, 18),
        st.integers(0, 2**31 - 1),
    ),
    st.builds(Pdu, st.just(PduType.GET_BULK), INT32, VARBINDS, st.integers(0, 100), st.integers(0, 100)),
)
"""PDUs inside the bounds that pysnmp holds its own to (RFC 3416 section 3)."""

HONEST_MESSAGES = st.builds(Message, st.just(codec.V2C), st.binary(max_size=200), HONEST_PDUS)
USM = st.builds(
    UsmParameters,
    st.binary(max_size=32),
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**31 - 1),
    st.binary(max_size=32),
    st.binary(max_size=48),
    st.binary(max_size=8),
)
SCOPED = st.builds(ScopedPdu, st.binary(max_size=32), st.binary(max_size=32), PDUS)
V3_MESSAGES = st.builds(
    V3Message,
    st.integers(0, 2**31 - 1),
    st.integers(0, 7).map(Flags),
    USM,
    st.one_of(SCOPED, st.binary(max_size=300)),
    st.integers(484, 2**31 - 1),
)

ANSWER = Message(
    codec.V2C,
    b"public",
    Pdu(
        PduType.RESPONSE,
        1_234_567_890,
        (
            Varbind(oid_of("1.3.6.1.2.1.1.1.0"), Syntax.OCTETS, "Router\xff" * 20),
            Varbind(oid_of("1.3.6.1.2.1.1.2.0"), Syntax.OBJECT_ID, "1.3.6.1.4.1.9.1.1208"),
            Varbind(oid_of("1.3.6.1.2.1.1.3.0"), Syntax.TIME_TICKS, "4294967295"),
            Varbind(oid_of("1.3.6.1.2.1.4.20.1.1.10.0.0.1"), Syntax.IP_ADDRESS, "10.0.0.1"),
            Varbind(oid_of("1.3.6.1.2.1.31.1.1.1.6.1"), Syntax.COUNTER64, "18446744073709551615"),
            Varbind(oid_of("1.3.6.1.2.1.1.9.0"), Syntax.NO_SUCH_INSTANCE),
        ),
    ),
)


@given(MESSAGES)
def test_a_community_message_is_read_as_it_was_written(message: Message) -> None:
    assert codec.decode(codec.encode(message)) == message


@given(V3_MESSAGES)
def test_a_v3_message_is_read_as_it_was_written(message: V3Message) -> None:
    assert codec.decode(codec.encode(message)) == message


@given(SCOPED, st.binary(max_size=7))
def test_a_scoped_pdu_is_read_whatever_padding_the_cipher_left(scoped: ScopedPdu, padding: bytes) -> None:
    assert codec.decode_scoped(codec.encode_scoped(scoped) + padding) == scoped


@given(V3_MESSAGES)
def test_the_digest_lies_where_the_span_says(message: V3Message) -> None:
    datagram = codec.encode(message)
    assert datagram[codec.authentication_span(datagram)] == message.security.authentication


@given(HONEST_MESSAGES)
@settings(max_examples=50)
def test_pysnmp_reads_what_we_write(message: Message) -> None:
    assert pysnmp_reads(codec.encode(message)) == message


@given(HONEST_MESSAGES)
@settings(max_examples=50)
def test_we_read_what_pysnmp_writes(message: Message) -> None:
    from pyasn1.codec.ber import decoder, encoder
    from pysnmp.proto.api import PROTOCOL_MODULES, SNMP_VERSION_2C

    module = PROTOCOL_MODULES[SNMP_VERSION_2C]
    theirs, _ = decoder.decode(codec.encode(message), asn1Spec=module.Message())
    assert codec.decode(encoder.encode(theirs)) == message


@given(st.binary(max_size=400))
def test_any_octets_are_a_message_or_a_decode_error(octets: bytes) -> None:
    decoded_or_refused(octets)


@given(st.data())
@settings(max_examples=200)
def test_a_broken_message_is_a_message_or_a_decode_error(data: st.DataObject) -> None:
    seed = codec.encode(data.draw(st.sampled_from(SEEDS)))
    octets = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(octets) - 1)))
        match data.draw(st.sampled_from(("flip", "cut", "insert", "nest", "truncate"))):
            case "flip" if octets:
                octets[at] = data.draw(st.integers(0, 255))
            case "cut":
                del octets[at : at + data.draw(st.integers(1, 20))]
            case "insert":
                octets[at:at] = data.draw(st.binary(min_size=1, max_size=20))
            case "nest":
                octets[at:at] = b"\x30\x80" * 100
            case _:
                del octets[at:]
    decoded_or_refused(bytes(octets))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 30_000,
        b"\x30\xff" + b"\xff" * 127,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x3f" + b"\xff" * 60_000 + b"\x01\x00",
        b"\x30\x82\xea\x70\x06\x82\xea\x6c" + b"\xff" * 60_000,
        b"\x24\x80" + b"\x04\x01a" * 20_000 + b"\x00\x00",
    ],
    ids=["empty", "one octet", "nested", "127 octets of length", "4 GB", "long tag", "endless arc", "pieces"],
)
def test_shapes_that_hurt_other_decoders_are_refused(octets: bytes) -> None:
    with pytest.raises(DecodeError):
        codec.decode(octets)


def test_a_message_truncated_anywhere_is_refused() -> None:
    datagram = codec.encode(ANSWER)
    for length in range(len(datagram)):
        with pytest.raises(DecodeError):
            codec.decode(datagram[:length])


def test_octets_after_a_message_are_let_pass() -> None:
    assert codec.decode(codec.encode(ANSWER) + b"\0\0\0") == ANSWER


def test_a_counter_without_its_leading_zero_is_read_as_unsigned() -> None:
    assert ber.value(Syntax.COUNTER32, b"\xff\xff\xff\xff") == (Syntax.COUNTER32, "4294967295")


@pytest.mark.parametrize("bad", [b"\x40\x00", b"\x42\x05\x01\0\0\0\0", b"\x06\x03\x2b\x80\x01", b"\x7f\x01\0"])
def test_a_bad_value_costs_no_other_variable_of_the_answer(bad: bytes) -> None:
    good = [encode_variable(Varbind((1, 3, 6, 1, 2, 1, 1, 5, row), Syntax.OCTETS, "x")) for row in (1, 3)]
    name = ber.tlv(Syntax.OBJECT_ID, ber.oid_content((1, 3, 6, 1, 2, 1, 1, 5, 2)))
    octets = good[0] + ber.tlv(ber.SEQUENCE, name + bad) + good[1]
    read = [(varbind.oid[-1], varbind.syntax, varbind.value) for varbind in read_variables(octets, 0, len(octets))]
    assert read == [(1, Syntax.OCTETS, "x"), (2, Syntax.NULL, ""), (3, Syntax.OCTETS, "x")]


def test_an_empty_object_identifier_reads_as_zero_dot_zero() -> None:
    assert ber.value(Syntax.OBJECT_ID, b"") == (Syntax.OBJECT_ID, "0.0")


@pytest.mark.parametrize(
    ("syntax", "content"),
    [
        (Syntax.IP_ADDRESS, b"\x0a\0\0"),
        (Syntax.IP_ADDRESS, bytes(16)),
        (Syntax.INTEGER, b"\x01" * 10),
        (Syntax.GAUGE32, b"\x01\0\0\0\0"),
        (Syntax.NULL, b"\0"),
        (Syntax.OBJECT_ID, b"\x2b\x80\x01"),
        (Syntax.OBJECT_ID, b"\x2b\x90\x80\x80\x80\x00"),
        (Syntax.OBJECT_ID, b"\x2b\x86"),
        (Syntax.OBJECT_ID, b"\x01" * 128),
        (0x09, b""),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(syntax: int, content: bytes) -> None:
    with pytest.raises(DecodeError):
        ber.value(syntax, content)


def test_an_object_identifier_may_have_128_arcs() -> None:
    arcs = (1, 3, *range(126))
    assert ber.oid(ber.oid_content(arcs)) == arcs


@pytest.mark.parametrize("arcs", [(), (1,), (3, 1), (1, 40), (1, 3, *[1] * 127)])
def test_what_is_no_object_identifier_is_not_written(arcs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="object identifier"):
        ber.oid_content(arcs)


def test_the_community_is_not_in_the_repr() -> None:
    assert "public" not in repr(ANSWER)


AGENT_REPORT = V3Message(
    7,
    Flags.NONE,
    UsmParameters(b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55", 3, 77, b"user", bytes(12), bytes(8)),
    ScopedPdu(
        b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55",
        b"",
        Pdu(PduType.REPORT, 7, (Varbind(oid_of("1.3.6.1.6.3.15.1.1.4.0"), Syntax.COUNTER32, "9"),)),
    ),
)


SEEDS: tuple[Message | V3Message, ...] = (ANSWER, AGENT_REPORT)


def decoded_or_refused(octets: bytes) -> None:
    try:
        codec.decode(octets)
    except DecodeError as error:
        assert len(str(error)) < 100


def pysnmp_reads(datagram: bytes) -> Message:
    """A datagram as pysnmp understands it, in our words."""
    from pyasn1.codec.ber import decoder
    from pysnmp.proto.api import PROTOCOL_MODULES, SNMP_VERSION_2C

    message, _ = decoder.decode(datagram, asn1Spec=PROTOCOL_MODULES[SNMP_VERSION_2C].Message())
    pdu = message.getComponentByPosition(2).getComponent()
    tag = pdu.tagSet.superTags[-1]
    numbers = [int(pdu.getComponentByPosition(place)) for place in range(3)]
    varbinds = tuple(map(_their_varbind, pdu.getComponentByPosition(3)))
    version, community = int(message.getComponentByPosition(0)), bytes(message.getComponentByPosition(1))
    return Message(version, community, Pdu(PduType(0xA0 | tag.tagId), numbers[0], varbinds, numbers[1], numbers[2]))


def _their_varbind(varbind: Any) -> Varbind:
    value = varbind.getComponentByPosition(1)
    while hasattr(value, "getComponent") and value.componentType:
        value = value.getComponent()
    tag = value.tagSet.superTags[-1]
    syntax = Syntax(tag.tagClass | tag.tagId)
    if syntax in (Syntax.OCTETS, Syntax.OPAQUE):
        text = bytes(value).decode("latin-1")
    elif syntax is Syntax.IP_ADDRESS:
        text = dotted(tuple(bytes(value)))
    elif syntax is Syntax.OBJECT_ID:
        text = dotted(tuple(value))
    else:
        text = "" if syntax in (Syntax.NULL, *ber.EXCEPTIONS) else str(int(value))
    return Varbind(tuple(varbind.getComponentByPosition(0)), syntax, text)


def long_form(content: bytes) -> bytes:
    return b"\x82" + len(content).to_bytes(2, "big") + content


@given(VARBINDS, st.data())
@settings(max_examples=200)
def test_what_is_read_in_line_is_what_is_read_variable_by_variable(
    varbinds: tuple[Varbind, ...], data: st.DataObject
) -> None:
    octets = bytearray(b"".join(map(variables.encode_variable, varbinds)))
    for _ in range(data.draw(st.integers(0, 3))):
        if octets:
            octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(variables.read_variables, bytes(octets)) == outcome(one_by_one, bytes(octets))


def one_by_one(octets: bytes, at: int, end: int) -> list[Varbind]:
    found = []
    while at < end:
        varbind, at = variables._read_variable(octets, at, end)
        found.append(varbind)
    return found


def outcome(read: Callable[[bytes, int, int], list[Varbind]], octets: bytes) -> list[Varbind] | type[DecodeError]:
    try:
        return read(octets, 0, len(octets))
    except DecodeError:
        return DecodeError


def test_lengths_in_the_long_form_are_read_as_in_the_short_one() -> None:
    name, value = ber.oid_content(oid_of("1.3.6.1.2.1.1.1.0")), b"Router"
    short = variables.encode_variable(Varbind(oid_of("1.3.6.1.2.1.1.1.0"), Syntax.OCTETS, "Router"))
    long = b"\x30" + long_form(b"\x06" + long_form(name) + b"\x04" + long_form(value))
    assert outcome(variables.read_variables, long + short) == outcome(variables.read_variables, short + short)


@given(st.sampled_from(PduType), st.integers(1, 2**31 - 1), st.lists(OIDS, max_size=8), st.integers(0, 100))
def test_a_fast_request_equals_a_pdu_without_values(
    kind: PduType, request_id: int, oids: list[tuple[int, ...]], repetitions: int
) -> None:
    plain = codec.encode_pdu(Pdu(kind, request_id, tuple(map(Varbind, oids)), 0, repetitions))
    assert encode_request(kind, request_id, oids, repetitions) == plain


@given(st.one_of(MESSAGES, V3_MESSAGES))
def test_the_identity_of_a_message_is_read_without_the_rest(message: Message | V3Message) -> None:
    expected = message.message_id if isinstance(message, V3Message) else message.pdu.request_id
    assert codec.read_identity(codec.encode(message)) == expected


@given(st.binary(max_size=60))
def test_any_octets_have_an_identity_or_a_decode_error(octets: bytes) -> None:
    try:
        codec.read_identity(octets)
    except DecodeError as error:
        assert len(str(error)) < 100


@given(VARBINDS)
def test_variables_become_the_same_observations_together_as_one_by_one(varbinds: tuple[Varbind, ...]) -> None:
    known = [
        Varbind((*oid_of(oid), 1)[: oid.count(".") + 2], Syntax.OCTETS, "x")
        for oid in (*registry.SCALARS, *registry.COLUMNS)
    ]
    scalars = [Varbind(oid_of(oid), Syntax.OCTETS, "x") for oid in registry.SCALARS]
    everything = [*varbinds, *known, *scalars]
    assert to_observations(everything) == tuple(map(to_observation, everything))
