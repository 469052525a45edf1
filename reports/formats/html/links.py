"""Links of the static page that set the filters of the device table: `#verdict=restricted&place=core`."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Link:
    """A link into the page and its text. `said` is what a screen reader reads instead of the text, or empty."""

    href: Markup
    text: str
    said: str = ""


def filtered(**keys: str | Iterable[str]) -> Markup:
    """The fragment that shows the rows with these values: several of one key are joined by a comma."""
    pairs = (f"{key}={_encoded((value,) if isinstance(value, str) else value)}" for key, value in keys.items())
    return Markup(f"#{'&amp;'.join(pairs)}")  # noqa: S704 (percent-encoded)


def section(anchor: str) -> Markup:
    """The link to a section. `anchor` is kitscan's own."""
    return Markup(f"#{anchor}")  # noqa: S704 (our own word)


def _encoded(values: Iterable[str]) -> str:
    return ",".join(quote(value, safe="", errors="replace") for value in values)
