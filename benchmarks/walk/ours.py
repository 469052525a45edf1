"""kitscan's walk and SNMPv3, as the probe uses them, without what the probe adds."""

import asyncio

from benchmarks.walk.asked import AUTH_PASSWORD, PRIV_PASSWORD, SYSTEM, TABLES, USER, addresses
from fingerprints.model.evidence import Gap
from scanner.credentials.credential import AuthProtocol, Community, CommunityVersion, PrivProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.message.ber import oid_of
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.snmp.session import CommunitySession, SnmpSession
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.protocols.snmp.usm.usm_keys import UsmKeys
from scanner.protocols.snmp.usm.usm_session import UsmSession
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES

LAB = PROFILES["lab"]
COMMUNITY = Community("public", CommunityVersion.V2C, Secret("public"))
FULL = Usm("v3", USER, (AuthProtocol.SHA256, Secret(AUTH_PASSWORD)), (PrivProtocol.AES256, Secret(PRIV_PASSWORD)))


async def walk(count: int, port: int) -> int:
    """Walk all tables of some devices at once; returns the number of variables. Raises RuntimeError for any gap."""
    rate_limiter = RateLimiter(LAB)
    tables = [tuple(map(oid_of, columns)) for columns in TABLES]

    async def walk_device(address: str) -> int:
        session = CommunitySession(RequestChannel(address, port, rate_limiter.at(address), RetryPolicy()), COMMUNITY)
        walker = Walker(session, Budget(LAB, asyncio.get_running_loop().time), in_flight=LAB.in_flight)
        variables = 0
        try:
            async for answer in walker.tables(tables):
                variables += len(answer)
                if isinstance(answer[-1], Gap):  # gaps come after the variables of an answer
                    raise RuntimeError(f"{address}: {answer[-1]}")
        finally:
            session.close()
        return variables

    return sum(await asyncio.gather(*map(walk_device, addresses(count))))


async def system(count: int, port: int, v3: bool) -> int:
    """Get the system group of some new devices, by v2c or by authPriv; returns the number of variables."""
    rate_limiter, usm_keys = RateLimiter(LAB), UsmKeys()
    oids = tuple(map(oid_of, SYSTEM))

    async def get_from_device(address: str) -> int:
        channel = RequestChannel(address, port, rate_limiter.at(address), RetryPolicy())
        session: SnmpSession = CommunitySession(channel, COMMUNITY)
        if v3:
            session = UsmSession(channel, FULL, usm_keys, KeyExtension.BLUMENTHAL)
        try:
            return len(await session.get(oids))
        finally:
            session.close()

    return sum(await asyncio.gather(*map(get_from_device, addresses(count))))
