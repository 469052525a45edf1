"""What a device may print that no report needs: a subscriber's identity, an activation key."""

import re

from fingerprints.model.secret_names import HIDDEN

_LABELLED = re.compile(
    r"(?i)\b((?:imsi|iccid|uicc|msisdn|subscriber[ _-]?(?:id|number)|phone[ _-]?number|activation[ _-]?key"
    r"|registration[ _-]?key|auth(?:orization)?[ _-]?code)\b[ \t).]{0,60}+[:=][ \t]{0,40}+)[^\n;,]{1,64}"
)
"""A name and its value: `imsi: 00101...`, `Cloud Activation Key :AB12`. ITU-T E.212, E.118, E.164."""


def hide_private_values(text: str) -> str:
    """`text` without the values behind the names of private things."""
    return _LABELLED.sub(rf"\1{HIDDEN}", text)
