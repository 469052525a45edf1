"""The user-based security model: the vectors of RFC 3414 appendix A, and pysnmp as a second opinion on the rest."""

import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.credentials.credential import AuthProtocol, PrivProtocol
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import KeyExtension, LocalKeys, MasterKeys

ENGINE = bytes.fromhex("000000000000000000000002")
PASSWORD = b"maplesyrup"


@pytest.mark.parametrize(
    ("protocol", "master", "local"),
    [
        (AuthProtocol.MD5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (AuthProtocol.SHA1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_the_keys_of_rfc_3414_appendix_a3_come_out(protocol: AuthProtocol, master: str, local: str) -> None:
    key = algorithms.password_to_key(protocol, PASSWORD)
    assert (key.hex(), algorithms.localize_key(protocol, key, ENGINE).hex()) == (master, local)


@pytest.mark.parametrize("protocol", AuthProtocol)
def test_every_authentication_key_is_what_pysnmp_makes_of_the_password(protocol: AuthProtocol) -> None:
    import hashlib

    from pyasn1.type.univ import OctetString
    from pysnmp.proto.secmod.rfc3414 import localkey

    algorithm = getattr(hashlib, protocol.value)
    theirs = localkey.localize_key(localkey.hash_passphrase(PASSWORD, algorithm), OctetString(ENGINE), algorithm)
    assert algorithms.localize_key(protocol, algorithms.password_to_key(protocol, PASSWORD), ENGINE) == bytes(theirs)


AUTH_IDS = {
    AuthProtocol.MD5: (1, 3, 6, 1, 6, 3, 10, 1, 1, 2),
    AuthProtocol.SHA1: (1, 3, 6, 1, 6, 3, 10, 1, 1, 3),
    AuthProtocol.SHA224: (1, 3, 6, 1, 6, 3, 10, 1, 1, 4),
    AuthProtocol.SHA256: (1, 3, 6, 1, 6, 3, 10, 1, 1, 5),
    AuthProtocol.SHA384: (1, 3, 6, 1, 6, 3, 10, 1, 1, 6),
    AuthProtocol.SHA512: (1, 3, 6, 1, 6, 3, 10, 1, 1, 7),
}


def oracle(protocol: PrivProtocol, extension: KeyExtension) -> object:
    """pysnmp's service for a privacy protocol."""
    importlib.import_module("pysnmp.entity.engine")  # the circle of its imports ends well only from there
    from pysnmp.proto.secmod.eso.priv import aes192, aes256, des3
    from pysnmp.proto.secmod.rfc3414.priv import des
    from pysnmp.proto.secmod.rfc3826.priv import aes

    reeder = extension is KeyExtension.REEDER
    return {
        PrivProtocol.DES: des.Des,
        PrivProtocol.TRIPLE_DES: des3.Des3,
        PrivProtocol.AES128: aes.Aes,
        PrivProtocol.AES192: aes192.Aes192 if reeder else aes192.AesBlumenthal192,
        PrivProtocol.AES256: aes256.Aes256 if reeder else aes256.AesBlumenthal256,
    }[protocol]()


@pytest.mark.parametrize("extension", KeyExtension)
@pytest.mark.parametrize("priv", PrivProtocol)
@pytest.mark.parametrize("auth", AuthProtocol)
def test_pysnmp_opens_what_is_sealed_here_with_its_own_key(
    auth: AuthProtocol, priv: PrivProtocol, extension: KeyExtension
) -> None:
    from pyasn1.type.univ import OctetString

    service = oracle(priv, extension)
    their_master = service.hash_passphrase(AUTH_IDS[auth], OctetString(PASSWORD))
    their_key = service.localize_key(AUTH_IDS[auth], their_master, OctetString(ENGINE))
    master = MasterKeys(auth, b"", priv, algorithms.password_to_key(auth, PASSWORD), extension)
    keys = algorithms.localize_keys(master, ENGINE)
    salt = algorithms.salt_of(priv, 3, 77)
    sealed = algorithms.encrypt(keys, b"a scoped PDU, 29 octets long.", 3, 1_000, salt)
    opened = service.decrypt_data(their_key, (3, 1_000, OctetString(salt)), OctetString(sealed))
    assert bytes(opened)[:29] == b"a scoped PDU, 29 octets long."


@settings(max_examples=60)
@given(
    priv=st.sampled_from(PrivProtocol),
    plain=st.binary(max_size=1_500),
    boots=st.integers(0, 2**31 - 1),
    time=st.integers(0, 2**31 - 1),
    counter=st.integers(0, 2**64 - 1),
)
def test_what_is_sealed_is_unsealed_with_at_most_a_block_of_padding(
    priv: PrivProtocol, plain: bytes, boots: int, time: int, counter: int
) -> None:
    keys = LocalKeys(AuthProtocol.SHA512, b"", priv, bytes(range(algorithms._KEY_LENGTHS[priv])))
    salt = algorithms.salt_of(priv, boots, counter)
    opened = algorithms.decrypt(keys, algorithms.encrypt(keys, plain, boots, time, salt), boots, time, salt)
    assert (opened[: len(plain)], opened[len(plain) :].strip(b"\0"), len(opened) - len(plain) < 8) == (plain, b"", True)


def signed(keys: LocalKeys) -> tuple[bytes, int, bytes]:
    length = algorithms.MAC_LENGTHS[keys.auth]
    blank = b"head" + bytes(length) + b"tail"
    mac = algorithms.digest(keys, blank)
    return b"head" + mac + b"tail", 4, mac


@pytest.mark.parametrize("protocol", AuthProtocol)
def test_a_signed_message_is_authentic(protocol: AuthProtocol) -> None:
    keys = LocalKeys(protocol, b"k" * 20)
    assert algorithms.is_authentic(keys, *signed(keys))


@pytest.mark.parametrize("protocol", AuthProtocol)
def test_a_message_with_one_bit_changed_is_not_authentic(protocol: AuthProtocol) -> None:
    keys = LocalKeys(protocol, b"k" * 20)
    message, at, mac = signed(keys)
    assert not algorithms.is_authentic(keys, message[:-1] + b"L", at, mac)


def test_an_empty_digest_is_not_authentic() -> None:
    keys = LocalKeys(AuthProtocol.SHA256, b"k" * 32)
    assert not algorithms.is_authentic(keys, b"headtail", 4, b"")


def test_a_digest_cut_short_is_not_authentic() -> None:
    keys = LocalKeys(AuthProtocol.SHA256, b"k" * 32)
    message, at, mac = signed(keys)
    assert not algorithms.is_authentic(keys, message, at, mac[:12])


@pytest.mark.parametrize(
    ("boots", "time", "expected"),
    [(2, 1_000, True), (2, 1_150, True), (2, 850, True), (2, 1_151, False), (1, 1_000, False), (3, 1_000, False)],
)
def test_only_the_same_boots_within_150_seconds_is_timely(boots: int, time: int, expected: bool) -> None:
    assert algorithms.is_in_time_window(boots, time, 2, 1_000) is expected


def test_latched_boots_are_never_timely() -> None:
    assert not algorithms.is_in_time_window(algorithms.MAX_BOOTS, 5, algorithms.MAX_BOOTS, 5)


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one octet"):
        algorithms.password_to_key(AuthProtocol.SHA256, b"")


def test_a_des_ciphertext_of_broken_blocks_is_refused() -> None:
    keys = LocalKeys(AuthProtocol.MD5, b"", PrivProtocol.DES, bytes(16))
    with pytest.raises(ValueError, match="whole blocks"):
        algorithms.decrypt(keys, b"1234567", 1, 1, bytes(8))


@pytest.mark.parametrize("salt", [b"", b"1234567", b"123456789"])
def test_a_salt_that_is_not_eight_octets_is_refused(salt: bytes) -> None:
    keys = LocalKeys(AuthProtocol.MD5, b"", PrivProtocol.AES128, bytes(16))
    with pytest.raises(ValueError, match="8 octets"):
        algorithms.decrypt(keys, b"12345678", 1, 1, salt)


def test_no_key_shows_in_a_printed_value() -> None:
    master = MasterKeys(AuthProtocol.MD5, b"CANARY-1", PrivProtocol.AES128, b"CANARY-2")
    local = LocalKeys(AuthProtocol.MD5, b"CANARY-3", PrivProtocol.AES128, b"CANARY-4")
    assert "CANARY" not in repr((master, local))
