"""Sends a message by the apprise library: mail, chat, and what else it knows. Its URL holds the secret."""

import logging

from scanner.credentials.references import Unreadable
from scanner.credentials.secret import Secret
from scanner.version import VERSION

MISSING = Unreadable("the apprise library is not installed", "pip install 'kitscan[notify]'")

SECONDS = 30
"""How long apprise may take for one service."""

OWN_MACHINE = frozenset(
    ("dbus", "kde", "glib", "qt", "gnome", "macosx", "windows", "syslog", "growl", "gntp", "fcm-cli", "gio")
)
"""Schemes of apprise that show something on a desktop or write into this machine's log: nobody would be told."""


def send_message(url: Secret, title: str, body: str) -> Unreadable | None:
    """Send a text. None if the service took it. apprise logs parts of URLs and of answers, so it logs nothing here."""
    try:
        import apprise
    except ImportError:
        return MISSING
    if url.reveal().partition("://")[0].strip().lower() in OWN_MACHINE:
        return Unreadable("the URL leads to this machine's own desktop or log", "name mail, a chat or a webhook")
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # the libraries below apprise log the paths of URLs
    try:
        asset = apprise.AppriseAsset(
            app_id="kitscan",
            app_desc=f"kitscan {VERSION}",
            app_url="",
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
            interpret_escapes=False,
            interpret_emojis=False,
            http_redirects=False,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
            service_timeout=SECONDS,
        )
        service = apprise.Apprise(asset=asset)
        if not service.add(url.reveal()):
            return Unreadable("what the reference leads to is no URL that apprise knows", "see apprise's own pages")
        taken = service.notify(
            body=body, title=title, body_format=apprise.NotifyFormat.TEXT, notify_type=apprise.NotifyType.INFO
        )
    except Exception as error:  # noqa: BLE001 - a decode boundary: its services raise what they like, perhaps with the URL
        return Unreadable(f"apprise failed ({type(error).__name__})", "try the URL with apprise's own command")
    finally:
        logging.disable(before)
    if not taken:
        return Unreadable("the service did not take the message", "try the URL with apprise's own command: apprise -vv")
    return None
