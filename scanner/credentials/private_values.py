"""What a device may print that no report needs: a subscriber's identity, an activation key, our own password."""

import re

from scanner.credentials.secret import Secret

HIDDEN = "[REDACTED]"
"""Stands in the place of a private value, and counts as none (`fingerprints/database/attribute_scores.py`)."""

_LABELLED = re.compile(
    r"(?i)\b((?:imsi|iccid|uicc|msisdn|subscriber[ _-]?(?:id|number)|phone[ _-]?number|activation[ _-]?key"
    r"|registration[ _-]?key|auth(?:orization)?[ _-]?code)\b[ \t).]{0,60}+[:=][ \t]{0,40}+)[^\n;,]{1,64}"
)
"""A name and its value: `imsi: 00101...`, `Cloud Activation Key :AB12`. ITU-T E.212, E.118, E.164."""

_MIN_WORD = 8
_MIN_PASSWORD = 4


def hide_private_values(text: str) -> str:
    """`text` without the values behind the names of private things."""
    return _LABELLED.sub(rf"\1{HIDDEN}", text)


def hide_password(text: str, password: Secret | None) -> str:
    """`text` without the password that was sent at login, where it stands as a word of its own.

    A short one of letters alone is kept: in a greeting it is a word as any other, the maker's name perhaps.
    """
    sent = password.reveal() if password is not None else ""
    if len(sent) < _MIN_PASSWORD or (sent.isalpha() and len(sent) < _MIN_WORD):
        return text
    return re.sub(rf"(?<!\w){re.escape(sent)}(?!\w)", HIDDEN, text)
