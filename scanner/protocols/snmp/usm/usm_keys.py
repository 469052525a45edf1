"""The keys of a run's SNMPv3 users: each password is hashed once, then localized for each engine."""

import hashlib

from scanner.credentials.credential import PrivProtocol, Usm
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension, LocalKeys, MasterKeys

_EXTENDED_KEY_OCTETS = {PrivProtocol.AES192: 24, PrivProtocol.AES256: 32}
"""Octets of the keys that a short hash does not fill."""


def key_forms(user: Usm) -> tuple[KeyExtension, ...]:
    """The key extensions to try for a user: both if they give different keys, otherwise one."""
    if user.auth is None or user.priv is None:
        return (KeyExtension.BLUMENTHAL,)
    short = hashlib.new(user.auth[0].value, usedforsecurity=False).digest_size < _EXTENDED_KEY_OCTETS.get(
        user.priv[0], 0
    )
    return (KeyExtension.BLUMENTHAL, KeyExtension.REEDER) if short else (KeyExtension.BLUMENTHAL,)


class UsmKeys:
    """Keeps hashed passwords and gives localized keys. Hashing a password takes 1 to 3 ms, too long for each device."""

    __slots__ = ("_masters",)

    def __init__(self) -> None:
        self._masters: dict[tuple[Usm, KeyExtension], MasterKeys] = {}

    def at(self, user: Usm, form: KeyExtension, engine_id: bytes) -> LocalKeys | None:
        """A user's keys at one engine, or None for a user without keys. Raises ValueError for an empty password."""
        if user.auth is None:
            return None
        master = self._masters.get((user, form))
        if master is None:
            master = self._masters[user, form] = _master(user, form)
        return algorithms.localize_keys(master, engine_id)


def _master(user: Usm, form: KeyExtension) -> MasterKeys:
    if user.auth is None:
        raise ValueError("a user without authentication has no keys")
    auth, password = user.auth
    auth_key = algorithms.password_to_key(auth, password.reveal().encode())
    if user.priv is None:
        return MasterKeys(auth, auth_key)
    priv, priv_password = user.priv
    return MasterKeys(auth, auth_key, priv, algorithms.password_to_key(auth, priv_password.reveal().encode()), form)
