"""Which of two stored images a device runs, where its output says so: `Image Booted: secondary` beside `Primary ver:`
and `Secondary ver:` (EXOS), `Active Image : primary` above headings `Primary Image` (AOS-CX), `running-firmware:
firmware2` (Si-R)."""

import re
from collections.abc import Sequence

from fingerprints.sources.cli.layout import OutputSection

MAX_SECTIONS = 40

RUNS = 4
"""Points of the version of the image that runs."""

_CHOICE = re.compile(
    r"(?i)^(?:(?:currently |current |now )?(?:booted|boot|running|active|current)[ _-]"
    r"(?:image|partition|bank|firmware|version|side|flash)"
    r"|(?:image|partition|bank|firmware|software|version)[ _-](?:booted|running|active|in use))$"
)
_NAME = re.compile(
    r"(?i)(?P<name>primary|secondary|(?:image|bank|firmware|flash|partition|side)?[ _-]?[0-9ab])(?![\w.])"
)
_IMAGE = re.compile(r"(?i)\b(?P<name>primary|secondary|(?:image|bank|firmware|flash|partition|side)[ _-]?[0-9ab])\b")


def running_image(sections: Sequence[OutputSection]) -> str:
    """The name of the image that runs, such as `secondary`; empty where the output does not say."""
    for section in sections[:MAX_SECTIONS]:
        for label, text in section.fields:
            named = _NAME.match(text) if _CHOICE.match(label) else None
            if named is not None:
                return _plain(named["name"])
    return ""


def image_points(words: str, running: str) -> int | None:
    """The points of a version whose label or heading is `words`: more for the image that runs; None for the image that
    does not run. Where the output does not say which runs, the first is as good as any."""
    named = _IMAGE.search(words)
    if named is None:
        return 0
    name = _plain(named["name"])
    if running:
        return RUNS if name == running or (len(running) == 1 and name.endswith(running)) else None
    return -2 if name == "secondary" or name[-1] in "2b" else 0


def _plain(name: str) -> str:
    return re.sub(r"[ _-]", "", name.lower())
