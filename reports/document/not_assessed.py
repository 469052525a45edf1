"""Why nothing can be said of a target, in one reason and one next step: a time-out never reads "clear"."""

from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Gap, GapReason
from reports.document.document import NotAssessed
from reports.judgement.incomplete import incompleteness

_HINTS = {
    GapReason.HOST_KEY_CHANGED: "compare the key on its console; if it is right, remove the old one from known_hosts",
    GapReason.REFUSED: "check this credential on the device, and that it is bound to the right prefixes",
    GapReason.CREDENTIAL_STOPPED: "it was refused elsewhere in its realm; mend that first, then scan again",
    GapReason.CREDENTIAL_UNREADABLE: "kitscan doctor names the reference that cannot be read",
    GapReason.SSH_LEGACY_CRYPTO: "it offers only old cryptography: install kitscan[legacy-ssh], or use SNMP",
    GapReason.TLS_LEGACY_CRYPTO: "its web service offers only old TLS: ask it by SNMP or SSH",
    GapReason.NO_CREDENTIAL: "it answers, but no credential is bound to it: add one to the credentials file",
    GapReason.PLATFORM_UNKNOWN: "its command line was not recognised: give an SNMP credential, or report the prompt",
    GapReason.BUDGET_SPENT: "it did not come to an end in the time allowed: scan it alone with --profile gentle",
    GapReason.NOT_INCREASING: "its agent loops: what came before is kept; tell its maker",
    GapReason.MALFORMED: "its answers cannot be read: try another SNMP version, or another port",
    GapReason.INTERRUPTED: "the run was interrupted: kitscan scan --resume",
    GapReason.INTERNAL_ERROR: "please report this with the run's log",
    GapReason.UNRESOLVED: "the name has no address: check it, or give the address",
    GapReason.NO_PRIVILEGE: "run kitscan doctor to see which privilege is missing",
    GapReason.NO_ANSWER: "check that it is up and that an SNMP or SSH credential and the access list allow this host",
}
"""In the order in which they are told: what a person can mend comes before silence."""

UNIDENTIFIED = "unidentified"
_UNIDENTIFIED_HINT = "it answers, but says nothing that names a maker: add a credential, or a fingerprint rule"


def silent(target: str, gaps: tuple[Gap, ...]) -> NotAssessed:
    """A target that said nothing at all."""
    reason = next((reason for reason in _HINTS if any(gap.reason is reason for gap in gaps)), GapReason.NO_ANSWER)
    return NotAssessed(target, reason.value, _HINTS[reason])


def unidentified(device: Device) -> NotAssessed:
    """A device that said something, but not enough to name or clear anybody: what cut it short comes first."""
    target = next(name for name in (device.name, *device.addresses, device.id) if name)
    cut = incompleteness(device)
    if cut is not None and device.identity.level in (Level.CONFIRMED, Level.PROBABLE):
        return silent(target, (cut,))
    told = [gap for gap in device.gaps if gap.reason is not GapReason.NO_ANSWER]
    if told:
        return silent(target, tuple(told))
    return NotAssessed(target, UNIDENTIFIED, _UNIDENTIFIED_HINT)
