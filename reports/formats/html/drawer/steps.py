"""What turns the verdict of a device, with the lines to copy for it."""

from collections.abc import Iterator, Mapping

from reports.document.document import Header, Place, ReportedDevice, ReportedFinding, place_of
from reports.document.force_wording import holds
from reports.document.group_wording import what_to_do
from reports.document.overview import open_findings
from reports.formats.html.drawer.stanzas import explain_command, scan_command, waiver_stanza, zone_stanza
from reports.policy.verdict import OWN_ZONES, Verdict

STANDS: Mapping[Place, str] = {
    Place.CORE: "in the core",
    Place.NON_CORE: "outside the core",
    Place.UNCLASSIFIED: "in a place that no zone names",
}


def device_steps(judged: ReportedDevice, header: Header) -> Iterator[tuple[str, ...]]:
    """What turns the verdict, what to copy for it, and where to read on. It is no advice on what ought to be done."""
    device, found = judged.device, open_findings(judged)
    run = header.record.number if header.record else None
    deciding = [finding for finding in found if finding.verdict is judged.verdict and finding.policy != OWN_ZONES]
    place = place_of(judged.placement)
    for todo in dict.fromkeys(_sentence(finding, place, header.binding) for finding in deciding):
        yield "", todo
    if deciding and judged.verdict is not Verdict.NOT_ASSESSED:
        why = "Somebody answers for it until a date. Put this into waivers.yaml and fill in what is missing:"
        yield "Waive it", why, *waiver_stanza(device, deciding, header.as_of)
    if place is Place.UNCLASSIFIED:
        stanza = zone_stanza(device)
        if stanza:
            why = "Unclassified is judged as if it stood anywhere. Put this into zones.yaml and fill in its place:"
            yield "Say where it stands", why, *stanza
    if judged.verdict is Verdict.NOT_ASSESSED:
        yield "Ask it again", "Too little is known to judge it. It is not clear.", scan_command(device)
    yield "Read the whole chain", "On the machine that holds the store:", explain_command(device, run)


def _sentence(finding: ReportedFinding, place: Place, binding: bool) -> str:
    about = f"the {finding.component}" if finding.component else "it"
    return f"{what_to_do(finding, place, about, holds(finding, binding))}."
