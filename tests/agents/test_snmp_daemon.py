"""Sessions and the probe against a real net-snmp agent: every version, every security it offers, a replayed device."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from scanner.credentials.credential import AuthProtocol, CommunityVersion, PrivProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp import engine_id_request, pysnmp_session
from scanner.protocols.snmp.access import SnmpAccess, SnmpKey
from scanner.protocols.snmp.errors import MalformedAnswerError, NoAnswerError, RefusedError, SessionError
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import SnmpSession
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys, key_forms
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.simulator.snmp_agent import Agent, View, serving
from scanner.simulator.user_security import Engine
from scanner.targets.target import Target
from tests.agents.snmp_daemon import free_port, recorded, snmpd
from tests.agents.snmp_scripted import Book, WantedOf, community

AUTH_PASSWORD, PRIV_PASSWORD = "authentic-words", "private-words"
ENGINE_ID = b"\x80\x00\x1f\x88\x04kitscan-test"
SYS_DESCR = oid_of("1.3.6.1.2.1.1.1.0")
DESCR = (Varbind(SYS_DESCR, Syntax.OCTETS, "Example Router R1, version 7"),)
ONCE = RetryPolicy(2.0, 1)

AUTHS = {
    AuthProtocol.MD5: "MD5",
    AuthProtocol.SHA1: "SHA",
    AuthProtocol.SHA224: "SHA-224",
    AuthProtocol.SHA256: "SHA-256",
    AuthProtocol.SHA384: "SHA-384",
    AuthProtocol.SHA512: "SHA-512",
}
PRIVS = {
    (PrivProtocol.DES, KeyExtension.BLUMENTHAL): "DES",
    (PrivProtocol.AES128, KeyExtension.BLUMENTHAL): "AES",
    (PrivProtocol.AES192, KeyExtension.BLUMENTHAL): "AES-192",
    (PrivProtocol.AES256, KeyExtension.BLUMENTHAL): "AES-256",
    (PrivProtocol.AES192, KeyExtension.REEDER): "AES-192-C",
    (PrivProtocol.AES256, KeyExtension.REEDER): "AES-256-C",
}
MATRIX = [(auth, *priv) for auth in AUTHS for priv in PRIVS]

ROWS = {
    "1.3.6.1.2.1.17.1.1.0": ("octet", "00 11 22 33 44 55"),
    "1.3.6.1.2.1.47.1.1.1.1.12.1": ("octet", "45 78 61 6D 70 6C 65"),
    "1.3.6.1.2.1.47.1.1.1.1.12.2": ("octet", "FF 00 41"),
    "1.3.6.1.2.1.47.1.1.1.1.3.1": ("objectid", ".1.3.6.1.4.1.99999.1"),
    "1.3.6.1.2.1.4.20.1.3.10.0.0.1": ("ipaddress", "255.255.255.0"),
    "1.0.8802.1.1.2.1.4.1.1.9.0.1.1": ("octet", "6E 65 69 67 68 62 6F 75 72"),
    "1.3.6.1.4.1.99998.7.1.0": ("octet", "70 72 69 76 61 74 65"),
}


def user_name(auth: AuthProtocol, priv: PrivProtocol, form: KeyExtension) -> str:
    return f"{auth}-{priv}-{form}"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A device with users of every security that net-snmp offers."""
    folder = tmp_path_factory.mktemp("snmpd")
    lines = [
        "rocommunity public",
        "sysdescr Example Router R1, version 7",
        "sysobjectid 1.3.6.1.4.1.99999.1.2",
        "engineID kitscan-test",
        "createUser plain",
        "rouser plain noauth",
        f"createUser signed SHA {AUTH_PASSWORD}",
        "rouser signed auth",
        *recorded(ROWS, folder),
    ]
    for auth, priv, form in MATRIX:
        name = user_name(auth, priv, form)
        lines += [
            f"createUser {name} {AUTHS[auth]} {AUTH_PASSWORD} {PRIVS[priv, form]} {PRIV_PASSWORD}",
            f"rouser {name} priv",
        ]
    with snmpd(folder, lines) as port:
        yield port


def user(auth: AuthProtocol, priv: PrivProtocol, name: str, password: str = PRIV_PASSWORD) -> Usm:
    return Usm(name, name, (auth, Secret(AUTH_PASSWORD)), (priv, Secret(password)))


@asynccontextmanager
async def opened(
    port: int,
    user: Usm,
    form: KeyExtension = KeyExtension.BLUMENTHAL,
    retry_policy: RetryPolicy = ONCE,
    host: str = "127.0.0.1",
) -> AsyncIterator[SnmpSession]:
    engines = PysnmpEngines()
    limiter = RateLimiter(PROFILES["lab"]).at(host)
    session = SnmpAccess(Target(host, port), Book(), limiter, retry_policy, engines, UsmKeys()).open(
        SnmpKey(user, form)
    )
    try:
        yield session
    finally:
        session.close()
        engines.close()


async def entered(port: int, *credentials: Usm) -> tuple[SnmpKey | None, Book, list[Gap]]:
    """The credential that the device accepts, and the form of its key."""
    book, engines = Book(credentials), PysnmpEngines()
    limiter = RateLimiter(PROFILES["lab"]).at("127.0.0.1")
    access = SnmpAccess(Target("127.0.0.1", port), book, limiter, RetryPolicy(1.0, 1), engines)
    found = await access.authenticate(speaks_v3=True)
    if found is not None:
        found.session.close()
    engines.close()
    return found.key if found else None, book, access.gaps


@pytest.mark.parametrize(("auth", "priv", "form"), MATRIX, ids=str)
async def test_every_security_that_net_snmp_offers_accepts_us(
    port: int, auth: AuthProtocol, priv: PrivProtocol, form: KeyExtension
) -> None:
    async with opened(port, user(auth, priv, user_name(auth, priv, form)), form) as session:
        assert await session.get((SYS_DESCR,)) == DESCR


@pytest.mark.parametrize("form", KeyExtension)
async def test_both_key_extensions_are_tried_and_the_right_one_is_named(port: int, form: KeyExtension) -> None:
    credential = user(AuthProtocol.SHA1, PrivProtocol.AES256, user_name(AuthProtocol.SHA1, PrivProtocol.AES256, form))
    key, book, gaps = await entered(port, credential)
    assert (key, book.reported, gaps) == (SnmpKey(credential, form), [("accepted", credential.name)], [])


@pytest.mark.parametrize(
    ("auth", "priv", "forms"),
    [
        (AuthProtocol.SHA1, PrivProtocol.AES128, 1),
        (AuthProtocol.SHA1, PrivProtocol.AES192, 2),
        (AuthProtocol.SHA224, PrivProtocol.AES192, 1),
        (AuthProtocol.SHA224, PrivProtocol.AES256, 2),
        (AuthProtocol.SHA256, PrivProtocol.AES256, 1),
        (AuthProtocol.MD5, PrivProtocol.TRIPLE_DES, 1),
    ],
)
def test_only_keys_that_differ_are_tried_twice(auth: AuthProtocol, priv: PrivProtocol, forms: int) -> None:
    assert len(key_forms(user(auth, priv, "any"))) == forms


async def test_triple_des_accepts_us() -> None:
    """net-snmp has no 3DES, so the simulated devices' agent stands in."""
    auth_key = algorithms.password_to_key(AuthProtocol.SHA1, AUTH_PASSWORD.encode())
    priv_key = algorithms.password_to_key(AuthProtocol.SHA1, PRIV_PASSWORD.encode())
    master = algorithms.MasterKeys(AuthProtocol.SHA1, auth_key, PrivProtocol.TRIPLE_DES, priv_key)
    engine = Engine(
        ENGINE_ID, asyncio.get_running_loop().time() - 60, b"old", algorithms.localize_keys(master, ENGINE_ID)
    )
    port = free_port()
    with serving([("127.0.0.1", port, Agent(View(DESCR), engine=engine))]):
        async with opened(port, user(AuthProtocol.SHA1, PrivProtocol.TRIPLE_DES, "old")) as session:
            assert await session.get((SYS_DESCR,)) == DESCR


async def test_a_user_without_keys_and_one_without_privacy_get_in(port: int) -> None:
    for credential in (Usm("plain", "plain"), Usm("signed", "signed", (AuthProtocol.SHA1, Secret(AUTH_PASSWORD)))):
        async with opened(port, credential) as session:
            assert await session.get((SYS_DESCR,)) == DESCR


@dataclass(frozen=True)
class Refused:
    credential: Usm
    detail: str


REFUSALS = {
    "an unknown user": Refused(Usm("x", "nobody"), "the device does not know this user"),
    "a wrong authentication key": Refused(
        Usm("x", "signed", (AuthProtocol.SHA1, Secret("wrong-words"))),
        "the device finds the authentication key or protocol wrong",
    ),
    "a wrong authentication protocol": Refused(
        Usm("x", "signed", (AuthProtocol.SHA256, Secret(AUTH_PASSWORD))),
        "the device finds the authentication key or protocol wrong",
    ),
    "a security level that is too low": Refused(Usm("x", "signed"), "the device refuses this user"),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_an_explicit_refusal_is_reported_to_the_book_and_kept_as_a_gap(port: int, name: str) -> None:
    expected = REFUSALS[name]
    key, book, gaps = await entered(port, expected.credential)
    assert (key, book.reported) == (None, [("refused", "x")])
    assert gaps == [Gap("snmp", f"{port}/udp", GapReason.REFUSED, f"credential x: {expected.detail}")]


async def test_a_wrong_privacy_key_looks_like_silence_and_is_no_refusal(port: int) -> None:
    name = user_name(AuthProtocol.SHA512, PrivProtocol.AES128, KeyExtension.BLUMENTHAL)
    key, book, gaps = await entered(port, user(AuthProtocol.SHA512, PrivProtocol.AES128, name, "other-words"))
    assert (key, book.reported, [gap.reason for gap in gaps]) == (None, [], [GapReason.NO_ANSWER])


async def test_an_empty_password_is_an_error_of_ours(port: int) -> None:
    async with opened(port, Usm("x", "signed", (AuthProtocol.SHA1, Secret("")))) as session:
        with pytest.raises(MalformedAnswerError, match="password is empty"):
            await session.get((SYS_DESCR,))


async def test_no_error_of_a_session_shows_a_password(port: int) -> None:
    credential = Usm("x", "signed", (AuthProtocol.SHA1, Secret("canary-words")))
    async with opened(port, credential) as session:
        with pytest.raises(SessionError) as caught:
            await session.get((SYS_DESCR,))
    assert isinstance(caught.value, RefusedError)
    assert "canary" not in repr(caught.value) + str(caught.value) + repr(caught.value.__context__)


async def test_a_dead_port_is_no_answer_over_v3_too() -> None:
    async with opened(free_port(), Usm("plain", "plain"), retry_policy=RetryPolicy(0.1, 2)) as session:
        with pytest.raises(NoAnswerError):
            await session.get((SYS_DESCR,))


async def test_v3_is_walked_by_getbulk_and_getnext(port: int) -> None:
    column = oid_of("1.3.6.1.2.1.47.1.1.1.1.12")
    first = Varbind((*column, 1), Syntax.OCTETS, "Example")
    second = Varbind((*column, 2), Syntax.OCTETS, "\xff\x00A")
    async with opened(port, Usm("plain", "plain")) as session:
        assert (await session.get_bulk((column,), 2)) == (first, second)
        assert (await session.get_next((first.oid,))) == (second,)


async def test_the_engine_id_needs_no_credential(port: int) -> None:
    channel = RequestChannel("127.0.0.1", port, RateLimiter(PROFILES["lab"]).at("127.0.0.1"), ONCE)
    try:
        assert (await engine_id_request.discover(channel)).engine_id == ENGINE_ID
    finally:
        channel.close()


async def observed(book: Book, port: int, host: str = "127.0.0.1") -> list[Observation | Gap]:
    probe = SnmpProbe(
        book, PROFILES["lab"], WantedOf(("1.3.6.1.4.1.99998", "1.3.6.1.4.1.99997")), retry_policy=RetryPolicy(0.5, 2)
    )
    try:
        return [items async for received in probe.observe(Target(host, port)) for items in received]
    finally:
        probe.close()


EXPECTED = {
    Observation(Source.SNMP_ENGINE_ID, "", ENGINE_ID.decode("latin-1")),
    Observation(Source.SNMP_ENGINE_ID, "1.3.6.1.6.3.10.2.1.1.0", ENGINE_ID.decode("latin-1")),
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Example Router R1, version 7"),
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.99999.1.2"),
    Observation(Source.SNMP_ENTITY_MFG_NAME, "1.3.6.1.2.1.47.1.1.1.1.12.1", "Example"),
    Observation(Source.SNMP_BRIDGE_ADDRESS, "1.3.6.1.2.1.17.1.1.0", "\x00\x11\x22\x33\x44\x55"),
    Observation(Source.SNMP_ENTITY_VENDOR_TYPE, "1.3.6.1.2.1.47.1.1.1.1.3.1", "1.3.6.1.4.1.99999.1"),
    Observation(Source.SNMP_LLDP_REMOTE, "1.0.8802.1.1.2.1.4.1.1.9.0.1.1", "neighbour"),
    Observation(Source.SNMP_OBJECT, "1.3.6.1.4.1.99998.7.1.0", "private"),
}


@pytest.mark.parametrize(
    "credential",
    [
        community("public"),
        community("public", CommunityVersion.V1),
        user(
            AuthProtocol.SHA1,
            PrivProtocol.AES128,
            user_name(AuthProtocol.SHA1, PrivProtocol.AES128, KeyExtension.BLUMENTHAL),
        ),
    ],
    ids=["v2c", "v1", "v3"],
)
async def test_a_replayed_device_says_the_same_in_every_version(port: int, credential: Usm) -> None:
    items = await observed(Book((credential,)), port)
    assert {one for one in items if isinstance(one, Gap)} == set()
    assert EXPECTED - set(items) == set()
    assert [one.at for one in items if one.at.startswith("1.3.6.1.4.1.99997")] == []


async def test_a_device_on_ipv6_is_probed_over_v2c_and_v3(tmp_path: Path) -> None:
    lines = ["rocommunity6 public", "sysdescr Six", "createUser plain", "rouser plain noauth"]
    with snmpd(tmp_path, lines, "::1") as port:
        for credential in (community("public"), Usm("plain", "plain")):
            items = await observed(Book((credential,)), port, "::1")
            assert Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Six") in items


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_engines_are_replaced_after_so_many_devices_and_leave_no_descriptor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pysnmp_session, "ENGINE_DEVICES", 2)
    gc.collect()
    limiter, before = RateLimiter(PROFILES["lab"]).at("127.0.0.1"), descriptors()
    engines = PysnmpEngines()
    for _ in range(7):
        session = engines.open("127.0.0.1", 9, Usm("u", "u"), KeyExtension.BLUMENTHAL, limiter, ONCE)
        await asyncio.sleep(0)
        session.close()
    engines.close()
    gc.collect()
    await asyncio.sleep(0.05)
    assert descriptors() == before


async def test_a_second_session_with_a_device_does_not_deafen_the_first(port: int) -> None:
    engines, limiter = PysnmpEngines(), RateLimiter(PROFILES["lab"]).at("127.0.0.1")
    first, second = (
        engines.open("127.0.0.1", port, Usm("plain", "plain"), KeyExtension.BLUMENTHAL, limiter, ONCE) for _ in range(2)
    )
    second.close()
    assert await first.get((SYS_DESCR,)) == DESCR
    first.close()
    engines.close()
