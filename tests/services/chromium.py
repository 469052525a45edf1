"""A report open in Chromium, with everything that it said and asked for meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

THEMES = ("light", "dark")
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A page of a context of its own. `console` holds console messages and uncaught errors, `dialogs` the texts of
    dialogs, `requests` every request but the one for the page itself."""

    page: "Page"
    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def heard(self) -> tuple[list[str], list[str], list[str]]:
        """All of it: three empty lists of a quiet page."""
        return self.console, self.dialogs, self.requests


Opener = Callable[..., OpenReport]
"""Opens an address; keywords are those of Browser.new_context (viewport, color_scheme, java_script_enabled)."""


def open_report(browser: "Browser", address: str, **options: object) -> OpenReport:
    """Open an address (with its fragment) and listen from before the first byte."""
    opened = OpenReport(browser.new_context(**options).new_page())
    page = opened.page
    own = address.partition("#")[0]

    def dismiss(dialog: "Dialog") -> None:
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("console", lambda message: opened.console.append(message.text))
    page.on("pageerror", lambda error: opened.console.append(str(error)))
    page.on("dialog", dismiss)
    page.on("request", lambda request: opened.requests.append(request.url) if request.url != own else None)
    page.goto(address)
    return opened


def axe_violations(page: "Page", within: str | None = None) -> list[str]:
    """What axe-core finds wrong with a page, or with what a selector chooses of it: `rule: target` of each node.

    Its rule `skip-link` is left out: it takes every link to a fragment for one that skips to an anchor, and
    `#device=...` is none. test_html_in_chromium.py follows the anchors.
    """
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"skip-link": {"enabled": False}}}
    violations = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{rule['id']}: {node['target'][0]}" for rule in violations for node in rule["nodes"]]
