"""The number of a report: the same for the same evidence judged by the same tool, data, policies and files."""

from hashlib import sha256

from reports.document.document import Document, ReportedFinding


def report_number(document: Document) -> str:
    """`14-5d2f90ab`: the run, and a digest of what it was judged by and what was found. Any change of the evidence, the
    day of judgement, the operator's files, a verdict or the dates of a finding changes it, and a filter too."""
    header, record = document.header, document.header.record
    policies = sorted(f"{policy.id} {policy.status} {policy.until}" for policy in header.policies)
    files = [f"{file.kind} {file.sha256}" for file in header.judged_by]
    verdicts = (
        f"{judged.device.id} {judged.verdict.value} {sorted(map(_judgement, judged.findings))}"
        for judged in document.devices
    )
    said = header.filtered
    part = () if said is None else (repr((said.for_verdicts, said.zones, said.sites, said.makers)),)
    known = (header.tool_version, header.data_version, header.run, header.as_of.isoformat())
    judged = "\n".join((*known, *part, record.sha256 if record else "", *policies, *files, *verdicts))
    digest = sha256(judged.encode(errors="surrogatepass"))  # the name of a file may hold octets that are no text
    return f"{record.number if record else 0}-{digest.hexdigest()[:8]}"


def _judgement(finding: ReportedFinding) -> str:
    return f"{finding.verdict.value} {finding.deadline} {finding.starts} {finding.waiver is not None}"
