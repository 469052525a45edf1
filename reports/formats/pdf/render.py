"""The document as PDF, by WeasyPrint: pages that an auditor signs, without a script and without a network.

The same document gives the same bytes: the file's identifier is of its content, and its date is the run's. WeasyPrint
is the extra `kitscan[pdf]`; it draws text with the system's Pango.
"""

from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from fingerprints.model.errors import KitscanError
from reports.document.document import Document
from reports.formats.html.running_head import running_head
from reports.formats.pdf.print_values import print_values
from reports.formats.report_uuid import format_utc, report_time
from reports.formats.templates import environment_of

VARIANT = "pdf/ua-1"
"""PDF/UA (ISO 14289-1): headings, tables and lists are tagged, so that a screen reader reads them."""


_CODES = {0x2400 + code: f"⟨U+{code:04X}⟩" for code in range(0x20)} | {0x2421: "⟨U+007F⟩"}
"""The pictures of control characters (U+2400 ...), which few fonts have, as codes."""


def render(document: Document) -> bytes:
    """The whole file. Raises KitscanError where WeasyPrint or its Pango is missing."""
    weasyprint = _weasyprint()
    html = print_html(document)
    identifier = sha256(html.encode()).hexdigest()[:32].encode()
    page = weasyprint.HTML(string=html, url_fetcher=_refuse, base_url=None)
    written: bytes = page.write_pdf(pdf_identifier=identifier, pdf_variant=VARIANT, uncompressed_pdf=False)
    return written if written.endswith(b"\n") else written + b"\n"


def print_html(document: Document) -> str:
    """The pages as HTML, before they are set: one file that refers to nothing."""
    css = files("reports.formats.pdf.templates").joinpath("print.css").read_text(encoding="utf-8")
    values = print_values(document, format_utc(report_time(document)))
    style = Markup(f"{css}\n{running_head(document)}")  # noqa: S704 (kitscan's own file, and a head without quotes)
    html = environment_of("reports.formats.pdf").get_template("print.html.j2").render(page=values, style=style)
    return f"{html.translate(_CODES)}\n"


def _weasyprint() -> Any:
    try:
        import weasyprint  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise KitscanError(
            "the format pdf needs WeasyPrint, which is not installed",
            "pip install 'kitscan[pdf]', or choose another format",
        ) from error
    except OSError as error:
        raise KitscanError(
            f"the format pdf needs Pango, which WeasyPrint did not find ({error})",
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or choose another format",
        ) from error
    return weasyprint


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    """The report refers to nothing, and nothing that a device says makes it do so."""
    raise ValueError(f"a report refers to nothing: {url}")
