"""An agent that serves a recording tells what the capture tells. Answers are read with kitscan's own codec, which the
agent does not use."""

import tempfile
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.agents.recording import Recording, put_in_order
from benchmarks.agents.replaying import replaying
from benchmarks.agents.responses import MAX_OCTETS, Kind, respond
from fingerprints.model.evidence import Observation
from scanner.captures import read_snmprec
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus, Message, Pdu, PduType
from scanner.protocols.snmp.message.variables import Varbind

DESCR, UPTIME, OCTETS = (1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 2, 1, 1, 3, 0), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1)
BOX = [
    "#made by hand",
    "1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615",
    "1.3.6.1.2.1.1.3.0|67:numeric|rate=100",
    ".1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.9.1.4294967295",
    "1.3.6.1.2.1.1.1.0|4x|41636d65",
    "1.3.6.1.2.1.1.1.0|4|told again",
    "1.3.6.1.2.1.1.4.0|4:writecache|value=noc",
    "1.3.6.1.2.1.1.10.0|2|-129",
    "1.3.6.1.2.1.1.9.0|64|10.0.0.1",
    "1.3.6.1.2.1.1.9.1|64x|0a000002",
    "Timeout: no answer",
]

Rows = Mapping[Oid, tuple[str, str]]


def recording(folder: Path, lines: Sequence[str]) -> Recording:
    source = folder / "box.snmprec"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Recording(put_in_order({"box": source}, folder / "ordered")["box"])


def ask(box: Recording, kind: PduType, *names: Oid, version: int = codec.V2C, once: int = 0, rows: int = 0) -> Pdu:
    request = Message(version, b"public", Pdu(kind, 77, tuple(map(Varbind, names)), once, rows))
    _, octets = respond(box, codec.encode(request), b"public")
    assert octets is not None
    assert len(octets) <= MAX_OCTETS
    answer = codec.decode(octets)
    assert isinstance(answer, Message)
    assert (answer.version, answer.pdu.type, answer.pdu.request_id) == (version, PduType.RESPONSE, 77)
    return answer.pdu


def walk(box: Recording, kind: PduType, version: int = codec.V2C) -> list[Varbind]:
    """Every variable of the agent, by GETNEXT or by GETBULK."""
    rows: list[Varbind] = []
    while True:
        answer = ask(box, kind, rows[-1].oid if rows else (1, 3), version=version, rows=20)
        values = [varbind for varbind in answer.varbinds if not varbind.is_exception]
        if answer.error_status or not values:
            return rows
        rows += values


def test_variables_are_served_in_the_order_of_their_names_the_first_of_equal_ones_alone(tmp_path: Path) -> None:
    system = (1, 3, 6, 1, 2, 1, 1)
    assert walk(recording(tmp_path, BOX), PduType.GET_NEXT) == [
        Varbind(DESCR, Syntax.OCTETS, "Acme"),
        Varbind((*system, 2, 0), Syntax.OBJECT_ID, "1.3.6.1.4.1.9.1.4294967295"),
        Varbind(UPTIME, Syntax.TIME_TICKS, "0"),
        Varbind((*system, 4, 0), Syntax.OCTETS, "value=noc"),
        Varbind((*system, 9, 0), Syntax.IP_ADDRESS, "10.0.0.1"),
        Varbind((*system, 9, 1), Syntax.IP_ADDRESS, "10.0.0.2"),
        Varbind((*system, 10, 0), Syntax.INTEGER, "-129"),
        Varbind(OCTETS, Syntax.COUNTER64, "18446744073709551615"),
    ]


arcs = st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1))
names = st.lists(arcs, min_size=1, max_size=9).map(lambda rest: (1, 3, *rest))
values = st.one_of(
    st.tuples(st.just("4"), st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=30)),
    st.tuples(st.just("4x"), st.binary(max_size=300).map(bytes.hex)),
    st.tuples(st.just("2"), st.integers(-(2**31), 2**31 - 1).map(str)),
    st.tuples(st.sampled_from(["65", "66", "67"]), st.integers(0, 2**32 - 1).map(str)),
    st.tuples(st.just("70"), st.integers(0, 2**64 - 1).map(str)),
    st.tuples(st.just("6"), names.map(lambda name: ".".join(map(str, name)))),
    st.tuples(st.just("64x"), st.binary(min_size=4, max_size=4).map(bytes.hex)),
)


@settings(max_examples=40)
@given(rows=st.dictionaries(names, values, min_size=1, max_size=30))
def test_a_walk_and_the_import_of_the_capture_tell_the_same(rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as folder:
        box = recording(
            Path(folder), [f"{'.'.join(map(str, name))}|{tag}|{value}" for name, (tag, value) in rows.items()]
        )
        captured = {
            item.at: item.value for item in read_snmprec(Path(folder) / "box.snmprec") if isinstance(item, Observation)
        }
        for kind in (PduType.GET_NEXT, PduType.GET_BULK):
            walked = walk(box, kind)
            assert [varbind.oid for varbind in walked] == sorted(rows)
            assert {".".join(map(str, varbind.oid)): varbind.value for varbind in walked} == captured
        for name in rows:
            (varbind,) = ask(box, PduType.GET, name).varbinds
            assert varbind.value == captured[".".join(map(str, name))]


def test_a_large_recording_is_found_in_without_reading_it_whole(tmp_path: Path) -> None:
    column = (1, 3, 6, 1, 2, 1, 2, 2, 1, 2)
    box = recording(tmp_path, [f"1.3.6.1.2.1.2.2.1.2.{row}|4|{'port ' * 20}{row}" for row in range(5_000)])
    (last,) = ask(box, PduType.GET, (*column, 4_999)).varbinds
    assert last.value.endswith("port 4999")
    assert len(walk(box, PduType.GET_BULK)) == 5_000
    assert ask(box, PduType.GET_NEXT, last.oid).varbinds == (Varbind(last.oid, Syntax.END_OF_MIB_VIEW),)


def test_a_bulk_gives_its_first_names_once_and_ends_behind_the_last_variable(tmp_path: Path) -> None:
    answer = ask(recording(tmp_path, BOX), PduType.GET_BULK, (1, 3), UPTIME, (1, 3, 6, 1, 2, 1, 1, 10), once=2, rows=9)
    assert [varbind.oid for varbind in answer.varbinds[:2]] == [DESCR, (1, 3, 6, 1, 2, 1, 1, 4, 0)]
    assert [varbind.oid for varbind in answer.varbinds[2:]] == [(1, 3, 6, 1, 2, 1, 1, 10, 0), OCTETS, OCTETS]
    assert answer.varbinds[-1].syntax is Syntax.END_OF_MIB_VIEW


def test_v1_has_no_counter64_and_says_which_name_is_not_there(tmp_path: Path) -> None:
    box = recording(tmp_path, BOX)
    assert len(walk(box, PduType.GET_NEXT, version=codec.V1)) == 7
    answer = ask(box, PduType.GET, DESCR, OCTETS, version=codec.V1)
    assert (answer.error_status, answer.error_index) == (ErrorStatus.NO_SUCH_NAME, 2)
    assert ask(box, PduType.GET, DESCR, version=codec.V1).varbinds == (Varbind(DESCR, Syntax.OCTETS, "Acme"),)
    assert ask(box, PduType.GET, (1, 3, 7)).varbinds == (Varbind((1, 3, 7), Syntax.NO_SUCH_OBJECT),)


def test_names_whose_values_do_not_fit_one_answer_are_too_big(tmp_path: Path) -> None:
    box = recording(tmp_path, [f"1.3.6.1.2.1.1.{row}.0|4|{'x' * 800}" for row in (1, 4)])
    answer = ask(box, PduType.GET, DESCR, (1, 3, 6, 1, 2, 1, 1, 4, 0))
    assert (answer.error_status, answer.varbinds) == (ErrorStatus.TOO_BIG, ())
    assert len(ask(box, PduType.GET_BULK, (1, 3), rows=5).varbinds) == 1


@pytest.mark.parametrize(
    ("request_octets", "kind"),
    [
        (codec.encode(Message(1, b"public", Pdu(PduType.SET, 1, (Varbind(DESCR),)))), Kind.SET),
        (codec.encode(Message(1, b"other", Pdu(PduType.GET, 1, (Varbind(DESCR),)))), Kind.OTHER_COMMUNITY),
        (codec.encode(Message(1, b"public", Pdu(PduType.INFORM, 1))), Kind.OTHER_PDU),
        (codec.encode(Message(0, b"public", Pdu(PduType.GET_BULK, 1, (Varbind(DESCR),)))), Kind.GETBULK),
        (bytes.fromhex("3003020103"), Kind.OTHER_VERSION),
        (bytes.fromhex("3005020103"), Kind.MALFORMED),
        (bytes.fromhex("30"), Kind.MALFORMED),
        (b"", Kind.MALFORMED),
    ],
)
def test_what_is_not_a_question_of_its_own_stays_unanswered(tmp_path: Path, request_octets: bytes, kind: Kind) -> None:
    assert respond(recording(tmp_path, BOX), request_octets, b"public") == (kind, None)


@given(octets=st.binary(max_size=60))
def test_no_octets_end_the_agent(octets: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "box.snmprec"
        empty.touch()
        assert respond(Recording(empty), octets, b"public")[1] is None


def test_the_agents_answer_on_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback only"), replaying({}, IPv4Address("192.0.2.1"), 0, b"public"):
        pass
