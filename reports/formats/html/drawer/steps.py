"""What turns the verdict of a device, with the lines to copy for it."""

from collections.abc import Iterator, Mapping

from reports.document.document import Header, Place, ReportedDevice, place_of
from reports.document.force_wording import holds
from reports.document.overview import open_findings
from reports.formats.html.drawer.stanzas import explain_command, scan_command, waiver_stanza, zone_stanza
from reports.policy.verdict import OWN_ZONES, Reason, Verdict

STANDS: Mapping[Place, str] = {
    Place.CORE: "in the core",
    Place.NON_CORE: "outside the core",
    Place.UNCLASSIFIED: "in a place that no zone names",
}


def device_steps(judged: ReportedDevice, header: Header) -> Iterator[tuple[str, ...]]:
    """What turns the verdict, what to copy for it, and where to read on. It is no advice on what ought to be done."""
    device, found = judged.device, open_findings(judged)
    run = header.record.number if header.record else None
    if judged.verdict is Verdict.RESTRICTED:
        bound = "" if all(holds(finding, header.binding) for finding in found[:1]) else ", if the policy bound you"
        yield "Replace or move it", f"It may not stay where it stands{bound}. The rules below name the last day."
    if any(finding.reason is Reason.UNDATED for finding in found):
        yield (
            "Show a purchase date",
            "A rule concerns new equipment, and nothing says when this unit arrived. Declare `purchased` or "
            "`installed` for it in the inventory.",
        )
    deciding = [finding for finding in found if finding.verdict is judged.verdict and finding.policy != OWN_ZONES]
    if deciding and judged.verdict is not Verdict.NOT_ASSESSED:
        why = "A person answers for it until a day. Write the missing words into waivers.yaml:"
        yield "Waive it", why, *waiver_stanza(device, deciding, header.as_of)
    if place_of(judged.placement) is Place.UNCLASSIFIED:
        stanza = zone_stanza(device)
        if stanza:
            why = "Unclassified is judged as if it stood anywhere. Write its place into zones.yaml:"
            yield "Say where it stands", why, *stanza
    if judged.verdict is Verdict.NOT_ASSESSED:
        yield "Ask it again", "Too little is known to judge it. It is not clear.", scan_command(device)
    yield "Read the whole chain", "On the machine that holds the store:", explain_command(device, run)
