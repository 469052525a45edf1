"""Checks that secrets can be struck out of what devices say, where a device repeats one."""

from scanner.checks.machine import Check, State
from scanner.credentials.secret_search import MIN_UNBOUND, Strength


def check_strength(name: str, strength: Strength) -> Check:
    """The check of one credential, by its name. It shows nothing of the secret, not even its length."""
    how = "only where it stands as a word" if strength is Strength.WORD else "nowhere"
    return Check(
        State.WARN,
        f"credential {name}: easily guessed; where a device repeats it, kitscan strikes it out {how}",
        f"choose a secret of {MIN_UNBOUND} characters or more, letters and digits, that is no name",
    )
