"""The same by pysnmp, gufo-snmp and puresnmp, each in the way its own documentation shows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.walk.asked import AUTH_PASSWORD, PRIV_PASSWORD, SYSTEM, TABLES, USER, addresses

COLUMNS = [column for columns in TABLES for column in columns]

REPETITIONS = 40
"""Rows asked for at once: of one column's, what one frame holds."""


async def _each(count: int, one: Callable[[str], Awaitable[int]]) -> int:
    return sum(await asyncio.gather(*map(one, addresses(count))))


async def pysnmp_walk(count: int, port: int) -> int:
    """By bulk_walk_cmd, all devices on one engine, values as pysnmp types them."""
    from pysnmp.hlapi.v3arch import asyncio as api

    engine = api.SnmpEngine()

    async def one(address: str) -> int:
        target = await api.UdpTransportTarget.create((address, port), timeout=5, retries=2)
        had = 0
        for column in COLUMNS:
            rows = api.bulk_walk_cmd(
                engine,
                api.CommunityData("public"),
                target,
                api.ContextData(),
                0,
                REPETITIONS,
                api.ObjectType(api.ObjectIdentity(column)),
                lookupMib=False,
                lexicographicMode=False,
            )
            async for error, _, _, varbinds in rows:
                if error:
                    raise RuntimeError(f"{address}: {error}")
                had += len(varbinds)
        return had

    return await _each(count, one)


async def pysnmp_system(count: int, port: int, v3: bool) -> int:
    """By get_cmd, one engine for all: its keys are made once for each engine ID it meets."""
    from pysnmp.hlapi.v3arch import asyncio as api

    engine = api.SnmpEngine()
    who: Any = api.CommunityData("public")
    if v3:
        ciphers = api.USM_AUTH_HMAC192_SHA256, api.USM_PRIV_CFB256_AES_BLUMENTHAL
        who = api.UsmUserData(USER, AUTH_PASSWORD, PRIV_PASSWORD, *ciphers)

    async def one(address: str) -> int:
        target = await api.UdpTransportTarget.create((address, port), timeout=5, retries=2)
        wanted = [api.ObjectType(api.ObjectIdentity(oid)) for oid in SYSTEM]
        error, _, _, varbinds = await api.get_cmd(engine, who, target, api.ContextData(), *wanted, lookupMib=False)
        if error:
            raise RuntimeError(f"{address}: {error}")
        return len(varbinds)

    return await _each(count, one)


async def gufo_walk(count: int, port: int) -> int:
    """By getbulk, a session a device; no order is checked, nothing is sent twice."""
    from gufo.snmp.aio import SnmpSession

    async def one(address: str) -> int:
        had = 0
        async with SnmpSession(addr=address, port=port, community="public", max_repetitions=REPETITIONS) as session:
            for column in COLUMNS:
                async for _ in session.getbulk(column):
                    had += 1
        return had

    return await _each(count, one)


async def gufo_system(count: int, port: int, v3: bool) -> int:
    """By get_many; its key for a user is hashed from the password once, before any device."""
    from gufo.snmp import Aes256Key, Sha256Key, SnmpVersion, User
    from gufo.snmp.aio import SnmpSession

    auth, priv = Sha256Key(AUTH_PASSWORD.encode()), Aes256Key(PRIV_PASSWORD.encode())
    user = User(USER, auth_key=auth, priv_key=priv) if v3 else None

    async def one(address: str) -> int:
        version = SnmpVersion.v3 if v3 else SnmpVersion.v2c
        async with SnmpSession(addr=address, port=port, community="public", user=user, version=version) as session:
            return len(await session.get_many(list(SYSTEM)))

    return await _each(count, one)


async def puresnmp_walk(count: int, port: int) -> int:
    """By bulkwalk, a client a device."""
    from puresnmp import V2C, Client, ObjectIdentifier

    async def one(address: str) -> int:
        client, had = Client(address, V2C("public"), port=port), 0
        for column in COLUMNS:
            async for _ in client.bulkwalk([ObjectIdentifier(column)], bulk_size=REPETITIONS):
                had += 1
        return had

    return await _each(count, one)
