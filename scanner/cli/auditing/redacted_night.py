"""A night with pseudonyms, as reports have them."""

from dataclasses import replace

from reports.changes.change_report import redact_report
from reports.changes.redaction import redact_states
from scanner.audit.night import Night
from scanner.audit.night_wording import changes_of


def redacted_night(night: Night) -> Night:
    """The same night with pseudonyms for names, addresses, serial numbers, zones and sites."""
    changes = changes_of(night)
    if changes is None:
        (state,) = redact_states((night.state,))
        return replace(night, state=state)
    hidden = redact_report(changes)
    return replace(night, before=hidden.before, state=hidden.after, comparison=hidden.comparison)
