"""kitscan's own walk and its SNMPv3, as the probe uses them, without what the probe adds."""

import asyncio

from benchmarks.walk.asked import AUTH_PASSWORD, PRIV_PASSWORD, SYSTEM, TABLES, USER, addresses
from fingerprints.evidence import Gap
from scanner.credentials.access import AuthProtocol, Community, CommunityVersion, PrivProtocol, Usm
from scanner.credentials.secret import Secret
from scanner.pacing import PROFILES
from scanner.snmp.ber import oid_of
from scanner.snmp.budget import Budget
from scanner.snmp.exchange import Exchange, Patience
from scanner.snmp.key_ring import KeyRing
from scanner.snmp.pace import Pacer
from scanner.snmp.session import CommunitySession, Session
from scanner.snmp.usm import KeyExtension
from scanner.snmp.usm_session import UsmSession
from scanner.snmp.walk import Walker

LAB = PROFILES["lab"]
COMMUNITY = Community("public", CommunityVersion.V2C, Secret("public"))
FULL = Usm("v3", USER, (AuthProtocol.SHA256, Secret(AUTH_PASSWORD)), (PrivProtocol.AES256, Secret(PRIV_PASSWORD)))


async def walk(count: int, port: int) -> int:
    """All tables of so many devices at once; the variables had. Raises RuntimeError for any gap."""
    pacer = Pacer(LAB)
    tables = [tuple(map(oid_of, columns)) for columns in TABLES]

    async def one(address: str) -> int:
        session = CommunitySession(Exchange(address, port, pacer.at(address), Patience()), COMMUNITY)
        walker = Walker(session, Budget(LAB, asyncio.get_running_loop().time), in_flight=LAB.in_flight)
        had = 0
        try:
            async for said in walker.tables(tables):
                had += len(said)
                if isinstance(said[-1], Gap):  # gaps come after the variables of an answer
                    raise RuntimeError(f"{address}: {said[-1]}")
        finally:
            session.close()
        return had

    return sum(await asyncio.gather(*map(one, addresses(count))))


async def system(count: int, port: int, v3: bool) -> int:
    """The system group of so many devices never met before, by v2c or by authPriv; the variables had."""
    pacer, ring = Pacer(LAB), KeyRing()
    oids = tuple(map(oid_of, SYSTEM))

    async def one(address: str) -> int:
        exchange = Exchange(address, port, pacer.at(address), Patience())
        session: Session = CommunitySession(exchange, COMMUNITY)
        if v3:
            session = UsmSession(exchange, FULL, ring, KeyExtension.BLUMENTHAL)
        try:
            return len(await session.get(oids))
        finally:
            session.close()

    return sum(await asyncio.gather(*map(one, addresses(count))))
