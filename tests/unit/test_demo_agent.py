"""A simulated agent without its socket: a datagram in, a datagram or silence out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.codec import (
    V1,
    V2C,
    ErrorStatus,
    Flags,
    Message,
    Pdu,
    PduType,
    ScopedPdu,
    UsmParameters,
    V3Message,
)
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import LocalKeys
from scanner.simulator.snmp_agent import MAX_DATAGRAM, MAX_REPETITIONS, Agent, View
from scanner.simulator.user_security import Engine, Refusal

DESCR = Varbind((1, 3, 6, 1, 2, 1, 1, 1, 0), Syntax.OCTETS, "a box")
NAME = Varbind((1, 3, 6, 1, 2, 1, 1, 5, 0), Syntax.OCTETS, "box-1")
BIG = Varbind((1, 3, 6, 1, 2, 1, 2, 1, 0), Syntax.COUNTER64, str(2**40))
LAST = Varbind((1, 3, 6, 1, 4, 1, 9, 1, 0), Syntax.INTEGER, "7")
VIEW = View((DESCR, NAME, BIG, LAST))
AGENT = Agent(VIEW, b"right")

ENGINE_ID = bytes.fromhex("800007db03001122334455")
KEYS = LocalKeys(algorithms.AuthProtocol.SHA256, b"a" * 32, algorithms.PrivProtocol.AES128, b"p" * 16)


def asked(pdu: Pdu, version: int = V2C, community: bytes = b"right", agent: Agent = AGENT) -> Pdu | None:
    answer = agent.answer(codec.encode(Message(version, community, pdu)), 0.0)
    if answer is None:
        return None
    message = codec.decode(answer)
    assert isinstance(message, Message)
    return message.pdu


def get(*oids: tuple[int, ...], kind: PduType = PduType.GET, first: int = 0, second: int = 0) -> Pdu:
    return Pdu(kind, 5, tuple(Varbind(oid) for oid in oids), first, second)


def test_a_get_gives_the_variables_asked_for_in_their_order() -> None:
    assert asked(get(NAME.oid, DESCR.oid)) == Pdu(PduType.RESPONSE, 5, (NAME, DESCR))


def test_a_get_distinguishes_a_missing_instance_from_a_missing_object() -> None:
    instance, nothing = (1, 3, 6, 1, 2, 1, 1, 1, 9), (1, 3, 6, 1, 2, 1, 77, 0)
    expected = (Varbind(instance, Syntax.NO_SUCH_INSTANCE), Varbind(nothing, Syntax.NO_SUCH_OBJECT))
    assert asked(get(instance, nothing)) == Pdu(PduType.RESPONSE, 5, expected)


def test_a_walk_by_getnext_sees_every_variable_once_and_then_the_end() -> None:
    seen, oid = [], (0, 0)
    while True:
        answer = asked(get(oid, kind=PduType.GET_NEXT))
        assert answer is not None
        (found,) = answer.varbinds
        if found.is_exception:
            break
        seen.append(found)
        oid = found.oid
    assert (seen, found.syntax) == ([DESCR, NAME, BIG, LAST], Syntax.END_OF_MIB_VIEW)


def test_a_getbulk_repeats_row_by_row_after_the_variables_that_are_not_repeated() -> None:
    pdu = get((1, 3, 6, 1, 4), (1, 3), (1, 3, 6, 1, 2, 1, 1, 1, 0), kind=PduType.GET_BULK, first=1, second=2)
    assert asked(pdu) == Pdu(PduType.RESPONSE, 5, (LAST, DESCR, NAME, NAME, BIG))


def test_a_getbulk_without_end_is_bounded() -> None:
    pdu = get((1, 3), kind=PduType.GET_BULK, second=2**31 - 1)
    answer = asked(pdu)
    assert answer is not None
    assert len(answer.varbinds) <= MAX_REPETITIONS


def test_a_response_that_does_not_fit_a_datagram_loses_variables_off_its_end() -> None:
    rows = tuple(Varbind((1, 3, 6, 1, number), Syntax.OCTETS, "x" * 100) for number in range(60))
    agent = Agent(View(rows), b"right")
    datagram = agent.answer(codec.encode(Message(V2C, b"right", get((1, 3), kind=PduType.GET_BULK, second=50))), 0.0)
    assert datagram is not None
    answer = codec.decode(datagram)
    assert isinstance(answer, Message)
    assert len(datagram) <= MAX_DATAGRAM
    assert answer.pdu.varbinds == rows[: len(answer.pdu.varbinds)]


def test_a_get_that_does_not_fit_a_datagram_is_too_big() -> None:
    rows = tuple(Varbind((1, 3, 6, 1, number), Syntax.OCTETS, "x" * 100) for number in range(60))
    answer = asked(get(*(row.oid for row in rows)), agent=Agent(View(rows), b"right"))
    assert answer == Pdu(PduType.RESPONSE, 5, (), ErrorStatus.TOO_BIG)


def test_a_getbulk_of_very_many_variables_is_bounded() -> None:
    pdu = get(*[(1, 3)] * 2_000, kind=PduType.GET_BULK, second=64)
    assert len(VIEW.bulk(pdu)) <= 2_000


def test_one_variable_that_does_not_fit_a_datagram_is_too_big() -> None:
    agent = Agent(View((Varbind((1, 3, 6, 1), Syntax.OCTETS, "x" * 4_000),)), b"right")
    assert asked(get((1, 3, 6, 1)), agent=agent) == Pdu(PduType.RESPONSE, 5, (), ErrorStatus.TOO_BIG)


def test_a_wrong_community_is_met_with_silence() -> None:
    assert asked(get(DESCR.oid), community=b"wrong") is None


def test_an_agent_with_a_user_takes_no_community() -> None:
    assert asked(get(DESCR.oid), agent=Agent(VIEW, None, Engine(ENGINE_ID, 0.0, b"audit", KEYS))) is None


def test_a_set_changes_nothing() -> None:
    pdu = Pdu(PduType.SET, 5, (Varbind(NAME.oid, Syntax.OCTETS, "mine"),))
    answer = asked(pdu)
    assert (answer and answer.error_status, asked(get(NAME.oid))) == (
        ErrorStatus.NO_ACCESS,
        Pdu(PduType.RESPONSE, 5, (NAME,)),
    )


def test_v1_names_the_first_variable_there_is_none_of() -> None:
    pdu = get(DESCR.oid, (1, 3, 6, 1, 2, 1, 77, 0))
    assert asked(pdu, V1) == Pdu(PduType.RESPONSE, 5, pdu.varbinds, ErrorStatus.NO_SUCH_NAME, 2)


def test_v1_never_gets_a_64_bit_counter() -> None:
    assert asked(get(BIG.oid), V1) == Pdu(PduType.RESPONSE, 5, (Varbind(BIG.oid),), ErrorStatus.NO_SUCH_NAME, 1)


def test_v1_knows_no_getbulk() -> None:
    assert asked(get((1, 3), kind=PduType.GET_BULK, second=5), V1) is None


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_octets_that_are_no_message_are_dropped(octets: bytes) -> None:
    agent = Agent(VIEW, b"right", Engine(ENGINE_ID, 0.0, b"audit", KEYS))
    assert agent.answer(octets, 0.0) is None


@settings(max_examples=300)
@given(st.data())
def test_a_v3_message_with_octets_changed_is_never_answered_but_by_a_report(data: st.DataObject) -> None:
    agent, datagram = Agent(VIEW, None, Engine(ENGINE_ID, 0.0, b"audit", KEYS)), bytearray(sealed())
    at = data.draw(st.integers(0, len(datagram) - 1))
    datagram[at] ^= data.draw(st.integers(1, 255))
    answer = agent.answer(bytes(datagram), 100.0)
    assert answer is None or reported(answer) is not None


def sealed(
    keys: LocalKeys = KEYS, user: bytes = b"audit", time: int = 100, context: bytes = b"", boots: int = 1
) -> bytes:
    """A GET of sysDescr as a manager with these keys would send it."""
    scoped = codec.encode_scoped(ScopedPdu(ENGINE_ID, context, get(DESCR.oid)))
    salt = bytes(range(8))
    security = UsmParameters(ENGINE_ID, boots, time, user, bytes(24), salt)
    flags = Flags.AUTHENTICATED | Flags.PRIVATE | Flags.REPORTABLE
    datagram = codec.encode(V3Message(9, flags, security, algorithms.encrypt(keys, scoped, boots, time, salt)))
    span = codec.authentication_span(datagram)
    return datagram[: span.start] + algorithms.digest(keys, datagram) + datagram[span.stop :]


def v3(datagram: bytes, now: float = 100.0) -> bytes | None:
    return Agent(VIEW, None, Engine(ENGINE_ID, 0.0, b"audit", KEYS)).answer(datagram, now)


def reported(datagram: bytes | None) -> Refusal | None:
    """The refusal that a report names, None where the datagram is none."""
    if datagram is None:
        return None
    message = codec.decode(datagram)
    assert isinstance(message, V3Message)
    if not isinstance(message.data, ScopedPdu):
        return None
    assert message.data.pdu.type is PduType.REPORT
    return Refusal(message.data.pdu.varbinds[0].oid)


def test_the_engine_id_comes_without_credentials() -> None:
    probe = V3Message(3, Flags.REPORTABLE, UsmParameters(), ScopedPdu(b"", b"", get()))
    answer = v3(codec.encode(probe))
    assert answer is not None
    report = codec.decode(answer)
    assert isinstance(report, V3Message)
    assert (report.message_id, report.security.engine_id, reported(answer)) == (3, ENGINE_ID, Refusal.UNKNOWN_ENGINE)


def test_a_message_that_wants_no_report_gets_none() -> None:
    probe = V3Message(3, Flags.NONE, UsmParameters(), ScopedPdu(b"", b"", get()))
    assert v3(codec.encode(probe)) is None


def test_the_right_user_gets_a_sealed_answer() -> None:
    answer = v3(sealed())
    assert answer is not None
    message = codec.decode(answer)
    assert isinstance(message, V3Message)
    assert isinstance(message.data, bytes)
    security = message.security
    assert algorithms.is_authentic(KEYS, answer, codec.authentication_span(answer).start, security.authentication)
    plain = algorithms.decrypt(KEYS, message.data, security.boots, security.time, security.privacy)
    assert codec.decode_scoped(plain).pdu == Pdu(PduType.RESPONSE, 5, (DESCR,))


def test_another_user_is_unknown() -> None:
    assert reported(v3(sealed(user=b"nobody"))) is Refusal.UNKNOWN_USER


def test_a_wrong_authentication_password_is_a_wrong_digest() -> None:
    other = LocalKeys(KEYS.auth, b"b" * 32, KEYS.priv, KEYS.priv_key)
    assert reported(v3(sealed(other))) is Refusal.WRONG_DIGEST


def test_a_wrong_privacy_password_cannot_be_deciphered() -> None:
    other = LocalKeys(KEYS.auth, KEYS.auth_key, KEYS.priv, b"q" * 16)
    assert reported(v3(sealed(other))) is Refusal.NOT_DECIPHERED


def test_a_message_from_another_time_is_refused() -> None:
    assert reported(v3(sealed(), now=251.0)) is Refusal.NOT_IN_TIME


def test_a_message_from_before_a_restart_is_refused() -> None:
    assert reported(v3(sealed(boots=0))) is Refusal.NOT_IN_TIME


def test_a_clock_out_of_step_is_reported_with_a_digest_that_the_manager_can_check() -> None:
    answer = v3(sealed(), now=900.0)
    assert answer is not None
    message = codec.decode(answer)
    assert isinstance(message, V3Message)
    at = codec.authentication_span(answer).start
    assert (message.security.time, algorithms.is_authentic(KEYS, answer, at, message.security.authentication)) == (
        900,
        True,
    )


def test_the_right_user_below_his_level_is_refused() -> None:
    security = UsmParameters(ENGINE_ID, 1, 100, b"audit")
    message = V3Message(9, Flags.REPORTABLE, security, ScopedPdu(ENGINE_ID, b"", get(DESCR.oid)))
    assert reported(v3(codec.encode(message))) is Refusal.SECURITY_LEVEL


def test_a_context_the_device_does_not_have_is_unknown() -> None:
    assert reported(v3(sealed(context=b"vlan-7"))) is Refusal.UNKNOWN_CONTEXT


def test_two_answers_never_share_a_salt() -> None:
    agent = Agent(VIEW, None, Engine(ENGINE_ID, 0.0, b"audit", KEYS))
    answers = [codec.decode(agent.answer(sealed(), 100.0) or b"") for _ in range(3)]
    assert len({answer.security.privacy for answer in answers if isinstance(answer, V3Message)}) == 3
