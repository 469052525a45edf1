"""Replaces the file that node_exporter's textfile collector reads."""

from scanner.credentials.references import Unreadable
from scanner.notify.destination import PrometheusDestination
from scanner.notify.whole_file import write_whole


def replace_file(destination: PrometheusDestination, content: str) -> Unreadable | None:
    """Write the file whole or not at all, with the mode of the destination."""
    path = destination.path
    if path.exists() and not path.is_file():
        return Unreadable("it is not a regular file", "name a file with the ending .prom")
    try:
        write_whole(path, content.encode(), destination.mode)
    except OSError as error:
        return Unreadable(
            f"it cannot be written ({error.strerror})", "name a file in a folder that kitscan may write to"
        )
    return None
