"""Whether a terminal gets colour."""

from collections.abc import Mapping


def wants_colour(is_terminal: bool, environment: Mapping[str, str]) -> bool:
    """True for a terminal, unless NO_COLOR is set to anything (no-color.org) or TERM says that it has none."""
    return is_terminal and not environment.get("NO_COLOR") and can_move(environment)


def can_move(environment: Mapping[str, str]) -> bool:
    """True if the terminal understands control sequences. TERM is `dumb`, or missing, for one that does not."""
    return environment.get("TERM", "dumb") != "dumb"
