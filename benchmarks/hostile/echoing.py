"""Devices that repeat every secret of a scan in every field: SNMP objects, SSH banners, prompts, outputs and errors."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.hostile.writings import WRITINGS, Write
from fingerprints.sources import entity_mib, if_mib, lldp, snmp_system
from scanner.credentials.credential import AuthProtocol, PrivProtocol
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.usm.algorithms import MasterKeys, localize_keys, password_to_key
from scanner.simulator import snmp_agent, ssh_server
from scanner.simulator.device import Ssh
from scanner.simulator.snmp_agent import Agent, View
from scanner.simulator.ssh_server import SimulatedHost
from scanner.simulator.user_security import Engine

USER = "audit"
TEXTS = (
    *(snmp_system.SYS_DESCR.oid, snmp_system.SYS_CONTACT.oid, snmp_system.SYS_NAME.oid, snmp_system.SYS_LOCATION.oid),
    *(f"{column.oid}.1" for column in (if_mib.IF_DESCR, if_mib.IF_ALIAS, entity_mib.DESCR, entity_mib.SERIAL_NUM)),
    *(f"{column.oid}.1" for column in (entity_mib.MFG_NAME, entity_mib.MODEL_NAME)),
    *(lldp.LOC_SYS_DESC.oid, f"{lldp.REM_SYS_NAME.oid}.0.1.1", f"{lldp.REM_SYS_DESC.oid}.0.1.1"),
)
"""Objects that hold a text, each with an instance."""

ENTITY_NAME = oid_of(entity_mib.NAME.oid)
SYS_OBJECT_ID = oid_of(snmp_system.SYS_OBJECT_ID.oid)
PROMPTS = ("plain", "hex", "base64")
"""The writings in which the prompt itself holds a secret; the others have an ordinary one."""


@dataclass(frozen=True, slots=True)
class Canaries:
    """The secrets of one scan, each of another shape. `wrong` is refused everywhere."""

    community: str
    authentication: str
    privacy: str
    login: str
    wrong: str

    def all(self) -> tuple[str, ...]:
        """All of them."""
        return self.community, self.authentication, self.privacy, self.login, self.wrong


def _octets(secrets: Canaries, write: Write) -> bytes:
    return b" | ".join(map(write, secrets.all()))


def _view(secrets: Canaries, write: Write) -> View:
    said = _octets(secrets, write).decode("latin-1")
    rows = [Varbind(oid_of(oid), Syntax.OCTETS, f"Acme OS {said}") for oid in TEXTS]
    rows.append(Varbind(SYS_OBJECT_ID, Syntax.OBJECT_ID, f"1.3.6.1.4.1.9.1.{_arcs(secrets.community)}"))
    for secret in secrets.all():  # as the index of a row
        row: Oid = (*ENTITY_NAME, *secret.encode())
        rows.append(Varbind(row, Syntax.OCTETS, "a row"))
    return View(sorted(rows, key=lambda row: row.oid))


def _arcs(secret: str) -> str:
    return ".".join(map(str, secret.encode()))


def _command_line(secrets: Canaries, name: str, write: Write) -> Ssh:
    said = _octets(secrets, write).decode("utf-8", "replace")
    one = write(secrets.login).decode("utf-8", "replace")
    ident = "Acme_1" if any(letter in one for letter in " \r\n\b\x1b") or not one.isascii() else f"Acme_{one}"
    version = f"Cisco IOS Software, Version 15.1, {said}\nProcessor board ID {said}\n"
    return Ssh(
        ident=ident[:200],
        prompt=f"r1-{one[:40]}# " if name in PROMPTS else "r1#",
        greeting=f"welcome {said}",
        commands={"show version": version, "show inventory": f'NAME: "{said}", DESCR: "{said}"\nPID: {one}, SN: {one}'},
        unknown=f"% Invalid input: {said}",
    )


@asynccontextmanager
async def serving(
    secrets: Canaries, writings: Sequence[str], shells: Sequence[str], snmp: int, ssh: int
) -> AsyncIterator[tuple[str, ...]]:
    """Run one device for each writing, and yield their addresses; those of `shells` have a command line too.

    Every third device speaks SNMPv3, the others v2c.
    """
    addresses = {name: f"127.0.5.{number}" for number, name in enumerate(writings, 1)}
    agents = [
        (address, snmp, _agent(secrets, WRITINGS[name], number))
        for number, (name, address) in enumerate(addresses.items())
    ]
    hosts = [
        SimulatedHost(addresses[name], ssh, partial(_command_line, secrets, name, WRITINGS[name]), USER, secrets.login)
        for name in shells
    ]
    with snmp_agent.serving(agents), ssh_server.serving(hosts):
        yield tuple(addresses.values())


def _agent(secrets: Canaries, write: Write, number: int) -> Agent:
    view = _view(secrets, write)
    if number % 3:
        return Agent(view, secrets.community.encode())
    engine_id = b"\x80\x00\x1f\x88\x04" + f"echo{number}".encode()
    auth, priv = AuthProtocol.SHA256, PrivProtocol.AES128
    hashed = [password_to_key(auth, text.encode()) for text in (secrets.authentication, secrets.privacy)]
    keys = localize_keys(MasterKeys(auth, hashed[0], priv, hashed[1]), engine_id)
    return Agent(view, None, Engine(engine_id, asyncio.get_running_loop().time(), USER.encode(), keys))
