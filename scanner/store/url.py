"""The place of a store as it is written: a path, or the URL of a database."""

from urllib.parse import urlsplit


def holds_password(place: str) -> bool:
    """Whether a database URL has a password in it, which then must not be repeated."""
    try:
        return "://" in place and urlsplit(place).password is not None
    except ValueError:
        return False
