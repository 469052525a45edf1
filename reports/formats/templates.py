"""The Jinja environment of kitscan's own templates: strict, autoescaped, and device text made visible.

`finalize` makes device text visible, then Jinja's autoescape escapes it.
"""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.document.sanitize import sanitize

SENTENCE_LIMIT = 600
"""Characters of one text: more than any sentence of kitscan, and a bound on what a device can fill of the page."""


def environment_of(package: str) -> Environment:
    """The environment of the folder `templates` in a package. A template holds loops and no decisions."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: object) -> object:
    """Markup of a template as it is; everything else sanitized, and then escaped by Jinja."""
    return value if isinstance(value, Markup) else sanitize(str(value), SENTENCE_LIMIT)
