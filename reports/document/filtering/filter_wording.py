"""The words that say that a report is filtered, and how."""

from reports.document.document import Filtered
from reports.document.wording import VERDICT, format_count


def describe_filter(chosen: Filtered | None) -> str:
    """The conditions and the counts of a filtered report, as the sentences that open it; nothing for a whole one."""
    if chosen is None:
        return ""
    counts = ", ".join(f"{count:,} {VERDICT[verdict].lower()}" for verdict, count in chosen.verdicts if count)
    whole = f" Of all devices of the run: {counts}." if counts else ""
    devices = format_count(chosen.devices, "device")
    return (
        f"Filtered: {filter_words(chosen)}; {chosen.shown:,} of {devices}.{whole} Coverage, what was not assessed and "
        "the exit code are those of the whole run."
    )


def filter_words(chosen: Filtered) -> str:
    """The conditions alone: `verdict restricted, review; zone core`."""
    kinds = (("verdict", chosen.for_verdicts), ("zone", chosen.zones), ("site", chosen.sites), ("maker", chosen.makers))
    return "; ".join(f"{kind} {' or '.join(words)}" for kind, words in kinds if words)
