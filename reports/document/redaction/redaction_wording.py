"""What a redacted report says of itself."""


def redaction_text(redacted_from: str) -> str:
    """The sentence of a report that is redacted from the whole report with this number; nothing for a whole one."""
    if not redacted_from:
        return ""
    return (
        "Redacted: names, addresses, serial numbers and the operator's own words are replaced by pseudonyms. Whoever "
        f"has the evidence can make the whole report, number {redacted_from}."
    )
