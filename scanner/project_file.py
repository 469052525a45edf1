"""kitscan.yaml, the options of a project folder: its name, and the one word in it that is needed before it is read.

`scanner.config` reads it. That takes a second of imports, which a command that only repeats a kept answer spares.
"""

import re

CONFIG_FILE = "kitscan.yaml"

_STORE = re.compile(r"^store:[ \t]+([\w./-]+)[ \t]*\r?$", re.MULTILINE)


def store_hint(text: str) -> str | None:
    """The store that a kitscan.yaml seems to name, where it is written plainly in a line of its own; None if none is.
    Only `scanner.config` knows: whoever takes the hint must be told whether it was right."""
    found = _STORE.findall(text)
    return found[0] if len(found) == 1 else None
