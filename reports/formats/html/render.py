"""The document as one self-contained HTML file: no external resource, readable without a script, printable.

`finalize` makes device text visible, then Jinja's autoescape escapes it. A Content Security Policy allows the file's
own style sheet and script by their hashes, and nothing else.
"""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.document.document import Document
from reports.document.sanitize import sanitize
from reports.formats.html.page import Assets, page
from reports.formats.html.running_head import running_head

SENTENCE_LIMIT = 600
"""Characters of one text: more than any sentence of kitscan, and a bound on what a device can fill of the page."""


def render(document: Document) -> str:
    """The whole file."""
    environment = Environment(
        loader=PackageLoader("reports.formats.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = f"{_joined('styles', '.css')}\n{running_head(document)}"
    script = f'"use strict";\n{_joined("scripts", ".js")}'
    assets = Assets(*map(Markup, (css, script, _policy(css, script))))
    values = page(document, assets)
    return environment.get_template("report.html.j2").render(page=values) + "\n"


def _visible(value: object) -> object:
    """Markup of a template as it is; everything else sanitized, and then escaped by Jinja."""
    return value if isinstance(value, Markup) else sanitize(str(value), SENTENCE_LIMIT)


def _joined(folder: str, ending: str) -> str:
    """The files of a folder one behind the other, by name."""
    found = files("reports.formats.html.templates").joinpath(folder).iterdir()
    named = sorted((file for file in found if file.name.endswith(ending)), key=lambda file: file.name)
    return "\n".join(file.read_text(encoding="utf-8").strip() for file in named)


def _policy(css: str, script: str) -> str:
    """The Content Security Policy (CSP level 2) for a meta element."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(css)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
