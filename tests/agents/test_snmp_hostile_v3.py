"""Both SNMPv3 sessions, ours and pysnmp's, against agents that break the rules: nothing unsigned or unasked counts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.credentials.credential import AuthProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.errors import SessionError
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.codec import Flags, Message, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import SnmpSession
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from tests.agents.snmp_scripted import Agent, agent, silent

ENGINE_ID = b"\x80\x00\x1f\x88\x03\x00\x11\x22\x33\x44\x55"
DESCR = oid_of("1.3.6.1.2.1.1.1.0")
GOOD = Varbind(DESCR, Syntax.OCTETS, "good")
PLAIN = Usm("plain", "plain")
SIGNED = Usm("signed", "signed", (AuthProtocol.SHA1, Secret("authentic-words")))


@pytest.fixture(params=[True, False], ids=["ours", "pysnmp"])
def ours(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


Answers = Callable[[V3Message, Pdu], list[bytes]]


def engine(answers: Answers) -> Callable[[Message | V3Message], list[bytes]]:
    """An agent that answers the engine ID request correctly, and later requests as the test wants."""

    def script(message: Message | V3Message) -> list[bytes]:
        assert isinstance(message, V3Message)
        pdu = message.data.pdu if isinstance(message.data, ScopedPdu) else Pdu(PduType.GET, 0)
        if message.security.engine_id:
            return answers(message, pdu)
        unknown = Varbind(oid_of("1.3.6.1.6.3.15.1.1.4.0"), Syntax.COUNTER32, "1")
        return [observed(message, Pdu(PduType.REPORT, pdu.request_id, (unknown,)))]

    return script


def observed(message: V3Message, pdu: Pdu, digest: bytes = b"", flags: Flags = Flags.NONE) -> bytes:
    security = UsmParameters(ENGINE_ID, 1, 100, message.security.user, digest)
    return codec.encode(V3Message(message.message_id, flags, security, ScopedPdu(ENGINE_ID, b"", pdu)))


def response(pdu: Pdu, *varbinds: Varbind) -> Pdu:
    return replace(pdu, type=PduType.RESPONSE, varbinds=varbinds)


async def got(device: Agent, user: Usm, ours: bool) -> tuple[Varbind, ...] | None:
    """What a GET of sysDescr gives, or None where it ends in an error of ours. Whatever is heard, the event loop's log
    stays clean."""
    troubles: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: troubles.append(context))
    engines = PysnmpEngines()
    limiter, retry_policy = RateLimiter(PROFILES["lab"]).at(device.host), RetryPolicy(0.3, 1)
    if ours:
        channel = RequestChannel(device.host, device.port, limiter, retry_policy)
        session: SnmpSession = UsmSession(channel, user, UsmKeys(), KeyExtension.BLUMENTHAL)
    else:
        session = engines.open(device.host, device.port, user, KeyExtension.BLUMENTHAL, limiter, retry_policy)
    try:
        return await session.get((DESCR,))
    except SessionError as error:
        assert len(str(error)) < 100
        return None
    finally:
        session.close()
        engines.close()
        await asyncio.sleep(0)
        assert troubles == []


async def test_an_honest_agent_is_accepted(ours: bool) -> None:
    async with agent(engine(lambda message, pdu: [observed(message, response(pdu, GOOD))])) as device:
        assert await got(device, PLAIN, ours) == (GOOD,)


@pytest.mark.parametrize(
    ("digest", "flags"),
    [(b"", Flags.NONE), (b"", Flags.AUTHENTICATED), (bytes(12), Flags.AUTHENTICATED)],
    ids=["no authentication", "an empty digest", "a digest of zeros"],
)
async def test_an_answer_that_is_not_authenticated_is_ignored(digest: bytes, flags: Flags, ours: bool) -> None:
    async with agent(engine(lambda message, pdu: [observed(message, response(pdu, GOOD), digest, flags)])) as device:
        assert await got(device, SIGNED, ours) is None
    assert len(device.received) >= 2


async def test_an_answer_from_another_port_is_ignored(ours: bool) -> None:
    async with (
        agent(silent) as other,
        agent(engine(lambda message, pdu: [observed(message, response(pdu, GOOD))])) as device,
    ):
        device.elsewhere = other
        assert await got(device, PLAIN, ours) is None


async def test_other_variables_than_were_asked_for_are_ignored(ours: bool) -> None:
    wrong = Varbind(oid_of("1.3.6.1.2.1.1.5.0"), Syntax.OCTETS, "wrong")
    for varbinds in ((wrong,), (), (GOOD, wrong)):
        script = engine(lambda message, pdu, varbinds=varbinds: [observed(message, response(pdu, *varbinds))])
        async with agent(script) as device:
            assert await got(device, PLAIN, ours) is None


@pytest.mark.parametrize(
    "octets",
    [b"", b"\xff" * 60_000, b"\x30\x80" * 3_000, b"\x30\x82\xea\x70\x06\x82\xea\x6c" + b"\xff" * 60_000],
    ids=["empty", "ones", "nested", "endless arc"],
)
async def test_rubbish_is_ignored_and_not_logged(octets: bytes, ours: bool) -> None:
    async with agent(engine(lambda message, pdu: [octets])) as device:
        assert await got(device, PLAIN, ours) is None


async def test_an_answer_cut_anywhere_is_ignored_and_not_logged(ours: bool) -> None:
    def script(message: V3Message, pdu: Pdu) -> list[bytes]:
        whole = observed(message, response(pdu, GOOD))
        return [whole[:cut] for cut in range(1, len(whole), 3)]

    async with agent(engine(script)) as device:
        assert await got(device, PLAIN, ours) is None
