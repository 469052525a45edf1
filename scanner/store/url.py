"""The place of a store as a user writes it: a path, or the URL of a database."""

from urllib.parse import urlsplit


def holds_password(place: str) -> bool:
    """True if a database URL holds a password. Then no message may repeat the URL."""
    try:
        return "://" in place and urlsplit(place).password is not None
    except ValueError:
        return False
