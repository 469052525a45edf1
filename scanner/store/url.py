"""The place of a store as a user writes it: a path, or the URL of a database."""

import re
from urllib.parse import unquote_plus, urlsplit

from fingerprints.model.secret_names import names_secret

_NAMED = re.compile(r"([\w.-]+)\s*=")
_QUERY = re.compile(r"\?[\w%.+-]+=")
_USERINFO = re.compile(r":[^@]*@")

PATHS = frozenset(("passfile", "sslkey", "ssl_key", "sslcert"))
"""Options of database drivers that name a file, and hold no secret themselves."""


def holds_password(place: str) -> bool:
    """True if a database URL holds a password, before its host or in its options: then no message may repeat it.

    A URL that cannot be parsed counts as one that does, if it has a user.
    """
    before_options = _QUERY.split(place, maxsplit=1)[0]
    scheme, _, rest = before_options.partition("://")
    if _USERINFO.search(rest or scheme.partition(":")[2]):
        return True
    if "://" not in place:
        return False
    try:
        if urlsplit(place).password is not None:
            return True
    except ValueError:
        return "@" in place
    options = unquote_plus(unquote_plus(place))  # ODBC's options are one option, which is quoted once more
    return any(names_secret(name) and name.lower() not in PATHS for name in _NAMED.findall(options))
