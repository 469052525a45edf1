"""Names that stand for a secret in files that people write, and what an error may quote of such a file.

People keep passwords in inventories: in a column, in a label, behind `ansible_password=`. kitscan keeps no such value
and repeats none. The names are those of Ansible, NetBox, SNMP managers and vendors' command lines, in English, German,
French, Spanish, Portuguese, Italian and Dutch.
"""

import re
import unicodedata
from collections.abc import Mapping

HIDDEN = "[REDACTED]"
"""Stands in the place of a private value, and counts as none (`fingerprints/database/attribute_scores.py`)."""

MAX_QUOTED = 60
"""Characters of a word that an error quotes at most."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = _set("""
    pass passes pwd pswd passwd pw psk pin puk secret secrets token tokens jwt otp totp bearer credential credentials
    cred creds community communities auth authkey authpass priv privkey privpass privacy
    kennwort geheim geheimnis zugangsdaten mdp jeton secreto secreta clave claves senha segredo segreto
    wachtwoord comunidad comunidade communaute gemeinschaft
    parola losenord salasana heslo haslo haso lozinka sifre adgangskode passord jelszo kodwort geheimwort zugangscode
    sshkey keystring vault
""")
"""Words that stand for a secret wherever they are. German, French, Spanish ... without their accents."""

_ALONE = _set("login logon anmeldung zugang kw ro rw comm")
"""Words that stand for a secret where no other stands beside them: a login may be a name with its password."""

_OF_SNMP = _set("ro rw read write readwrite string comm key get set")
"""Words that stand for a community beside `snmp`, or written together with it."""

_OTHER_SCRIPTS = ("парол", "密码", "密碼", "口令", "パスワード", "비밀번호", "암호", "κωδικ", "סיסמ", "كلمة المرور")
"""Passwords in scripts that are not Latin."""

_ABOUT = _set("expires expiry expired changed age enabled disabled count policy length rotation required through ring")
"""Last words of what is about a secret, or is none: `password_expires`, `token_ring`, `pass_through`."""

_REFERENCE = _set("name id ref reference")
_CREDENTIAL = _set("credential credentials cred creds")
"""Words of a reference to a credential, which is kept elsewhere: `credential_name`."""

_HONEST = _set("secretary secretaries secretariat secretarial tokenized passes passenger")
"""Words that only begin as one of a secret does."""

_PARTS = (
    *(
        "password",
        "passwort",
        "passwd",
        "passphrase",
        "passcode",
        "passkey",
        "passw",
        "preshared",
        "kennwort",
        "contrasen",
        "wachtwoord",
    ),
    *("motdepasse", "palabradepaso", "parolachiave", "secret", "community", "communaute", "comunidad", "credential"),
    *("apikey", "authkey", "privkey", "privatekey", "presharedkey", "sharedkey", "token", "ansiblevault"),
)
"""Parts of a name, written together, that stand for a secret wherever they are."""

_ENDS = ("pass", "pwd", "pw", "psk", "passwd")
"""Ends of a word that make it stand for a secret, but for _ORDINARY_WORDS."""


_ORDINARY_WORDS = _set("bypass compass trespass overpass underpass surpass encompass")

_PHRASES = (
    "mot_de_passe",
    "palabra_de_paso",
    "parola_chiave",
    "ro_string",
    "rw_string",
    "access_code",
    "mat_khau",
    "login_data",
    "logon_data",
    "access_data",
    "kata_sandi",
)
"""Secrets that only several words together name."""

_PUBLIC_KEY_WORDS = _set("""
    asset primary foreign sort sorting group row record object item host public inventory site location unique natural
    lookup issue ticket customer order part device map translation name id ids
""")
"""Words that make `key` a number in somebody's list, or a key that is public: `asset_key`, `host_key`, `key_id`."""

_KEYS = _set("key keys keyfile schlussel schluessel cle cles clef llave chave chiave sleutel")

_METHOD_WORDS = _set("protocol protocols proto method type mode level algorithm algo server servers")
"""Words that make one of _AUTH_WORDS a method, and no secret: `auth_protocol`."""

_AUTH_WORDS = _set("auth priv privacy")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_LETTER = re.compile(r"[^a-z]+")

_KEY = re.compile(r"""(?P<name>[\w.-]{2,64})["']?\s{0,4}[=:]\s{0,4}""")
_VALUE = re.compile(r""""[^"\n]*"|'[^'\n]*'|[^\s,;&]+""")
_WORD_AND_VALUE = re.compile(
    r"""(?i:\b(?:pass(?:word|wd|phrase|wort)?|pw|kennwort|secret|community|key-string)[ \t]{1,8}(?:[0-9][ \t]{1,8})?)
    (?P<value>"[^"\n]*"|'[^'\n]*'|\S+)""",
    re.VERBOSE,
)
"""A line of a configuration or a `.netrc`: `snmp-server community ...`, `enable secret 5 ...`, `password ...`."""
_LOGIN_AT = re.compile(r"(?<![\w:/@])(?P<user>[\w.-]{1,64}):(?!//)[^\s@]{1,128}@(?:[^\s@]{0,128}@)*(?=[\w.\[-])")
_USERINFO = re.compile(r"(?P<scheme>://)[^/\s@]*:[^\s@]*@(?:[^\s@]*@)*")
"""A password may hold colons, slashes and at signs: all up to the last at sign is the login."""
_TOKEN_AT = re.compile(r"(?P<scheme>https?://)[^/\s@:\[]+@", re.IGNORECASE)
"""A web address with one word before its host: a token, as servers of repositories take it."""


def names_secret(name: str) -> bool:
    """True if a column, a key or an option of this name holds a secret, in whatever writing: `snmpAuthPass`,
    `SNMP Community`, `ansible_ssh_pass`, `Contraseña`.

    `key` is one, but for the names of rows and of public keys (`asset_key`, `host_key`). `enable` is one at the end of
    a name (`cisco_enable`), and not at its beginning (`enable_lldp`).
    """
    if any(word in name.casefold() for word in _OTHER_SCRIPTS):
        return True
    words = [word for word in _words(name) if word not in _HONEST]
    if len(words) > 1 and (words[-1] in _ABOUT or (words[-1] in _REFERENCE and _CREDENTIAL.intersection(words))):
        return False
    if len(words) == 1 and words[0] in _ALONE:
        return True
    of_snmp = {word.removeprefix("snmp") for word in words if any(one.startswith("snmp") for one in words)}
    if _OF_SNMP.intersection(of_snmp):
        return True
    together = "".join(words)
    if any(part in together for part in _PARTS) or any(_is_secret_word(word, words) for word in words):
        return True
    return bool(words) and (words[-1] == "enable" or any(phrase in "_".join(words) for phrase in _PHRASES))


def _is_secret_word(word: str, words: list[str]) -> bool:
    if word in _KEYS:
        return not _PUBLIC_KEY_WORDS.intersection(words)
    if word in _AUTH_WORDS:
        return not _METHOD_WORDS.intersection(words)
    return word in _WORDS or (word.endswith(_ENDS) and word not in _ORDINARY_WORDS)


def _words(name: str) -> list[str]:
    """The words of a name in lower case, without accents and digits."""
    spaced = _CAMEL.sub(" ", name[:200])
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    return [word for word in _NO_LETTER.split(plain.lower()) if word]


_PORT_OR_IPV6 = re.compile(r"[^:]*:\d*|\[?[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,8}(%[\w.-]*)?(/\d*)?\]?(:\d*)?")
"""A word with colons that are no sign of a secret: before a port, or those of an IPv6 address."""


def first_word(text: str) -> str:
    """What an error may quote of a line that it does not understand: its first word.

    Of that, nothing behind an equals sign, behind a colon that is not before a port, or before an at sign.
    """
    word = re.split(r"[\s,;|]", text.strip(), maxsplit=1)[0]
    if "@" in word:
        word = f"...@{word.rpartition('@')[2]}"
    name, sign, _ = word.partition("=")
    if not sign and ":" in word and not _PORT_OR_IPV6.fullmatch(word):
        name, sign, _ = word.partition(":")
    shown = f"{name}{sign}..." if sign else name
    return shown if len(shown) <= MAX_QUOTED else f"{shown[:MAX_QUOTED]}..."


def without_secrets(text: str) -> str:
    """A value that people wrote, without the secrets that its own words name: `password=...` in a note, or the password
    of a URL."""
    if "://" in text:
        text = _TOKEN_AT.sub(rf"\g<scheme>{HIDDEN}@", _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", text))
    if "@" in text:
        text = _LOGIN_AT.sub(rf"\g<user>:{HIDDEN}@", text)
    text = _WORD_AND_VALUE.sub(lambda match: f"{match[0].removesuffix(match['value'])}{HIDDEN}", text)
    return _without_named(text) if "=" in text or ":" in text else text


def _without_named(text: str) -> str:
    """The text without the values whose own name is that of a secret. An ordinary value is looked into in its turn: a
    web address is the value of `https`, and may have a token in its query."""
    parts: list[str] = []
    done = place = 0
    while key := _KEY.search(text, place):
        place = key.end()
        value = _VALUE.match(text, place) if names_secret(key["name"]) else None
        if value is not None:
            parts += [text[done:place], HIDDEN]
            done = place = value.end()
    return "".join((*parts, text[done:]))


def without_secret_names(values: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What may be kept of some named values, and the names of those that may not."""
    kept = {name: without_secrets(value) for name, value in values.items() if not names_secret(name)}
    return kept, tuple(name for name in values if name not in kept)
