"""Opens a courier by its words: `folder:PATH`, or the URL of a broker, which holds a password and is never repeated."""

from collections.abc import Callable
from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.courier.broker_url import BrokerUrl, broker_url_of
from scanner.courier.courier import CentreCourier, SiteCourier
from scanner.courier.courier_words import FOLDER
from scanner.courier.folder_courier import FolderCentre, FolderSite
from scanner.courier.tls_files import TlsFiles


def open_centre(words: str, tls: TlsFiles | None = None, warn: Callable[[str], None] | None = None) -> CentreCourier:
    """The centre's end of a courier. It connects when it is first used. `warn` is told each time that serving finds no
    broker and tries again. Raises KitscanError for other words."""
    if words.startswith(FOLDER):
        return FolderCentre(_folder_of(words))
    url = _broker_of(words)
    from scanner.courier.celery_courier.centre import CeleryCentre

    return CeleryCentre(url, tls, warn)


def open_site(words: str, site: str, tls: TlsFiles | None = None) -> SiteCourier:
    """A site's end of a courier. It connects when it is first used. Raises KitscanError for other words."""
    if words.startswith(FOLDER):
        return FolderSite(_folder_of(words), site)
    url = _broker_of(words)
    from scanner.courier.celery_courier.site import CelerySite

    return CelerySite(url, site, tls)


def _folder_of(words: str) -> Path:
    path = words.removeprefix(FOLDER)
    if not path:
        raise KitscanError("courier: no folder is named", "write folder:PATH")
    return Path(path).expanduser()


def _broker_of(words: str) -> BrokerUrl:
    """The broker's URL, once it is known that Celery is there."""
    url = broker_url_of(words)
    try:
        import celery  # noqa: F401 - says whether it is there
    except ImportError:
        raise KitscanError("courier: Celery is not installed", "install kitscan[fleet], or use folder:PATH") from None
    return url
