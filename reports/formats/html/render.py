"""The document as one self-contained HTML file: no external resource, readable without a script, printable.

A Content Security Policy allows the file's own style sheet and script by their hashes, and nothing else.
"""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from itertools import chain

from markupsafe import Markup

from reports.document.document import Document
from reports.formats.html.page import Assets, page
from reports.formats.html.running_head import running_head
from reports.formats.templates import environment_of

TEMPLATES = "reports.formats.html.templates"


def render(document: Document) -> bytes:
    """The whole file, in UTF-8. A report of 100,000 devices has 50 MB, which are encoded piece by piece: as one text,
    they would take two bytes a letter beside it."""
    css = f"{_joined('styles', '.css')}\n{running_head(document)}"
    script = f'"use strict";\n{_joined("scripts", ".js")}'
    assets = Assets(*map(Markup, (css, script, _policy(css, script))))
    values = page(document, assets)
    pieces = environment_of("reports.formats.html").get_template("report.html.j2").generate(page=values)
    return b"".join(map(str.encode, chain(pieces, ("\n",))))


def _joined(folder: str, ending: str) -> str:
    """The files of a folder one behind the other, by name."""
    folder_of_files = files(TEMPLATES).joinpath(folder)
    names = sorted(file.name for file in folder_of_files.iterdir() if file.name.endswith(ending))
    return "\n".join(files(TEMPLATES).joinpath(folder, name).read_text(encoding="utf-8").strip() for name in names)


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
