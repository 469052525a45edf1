"""One fingerprint rule as text for a terminal: the source it reads, what it matches, and what it claims."""

from fingerprints.database.rules import FingerprintRule


def explain_rule(rule: FingerprintRule) -> str:
    """The rule without its examples, which are in its file."""
    lines = [f"rule {rule.id}", f"  reads   {rule.source.value}{f' at {rule.at}' if rule.at else ''}"]
    if rule.expression is not None:
        lines.append(f"  finds   {rule.expression.pattern}")
    lines += [f"  also    {pattern.pattern}" for pattern in rule.also]
    lines += [f"  claims  {role.value} {company}" for role, company in rule.claims]
    if rule.component:
        lines.append(f"  part    {rule.component}")
    lines += [f"  sets    {name} {value}" for name, value in rule.attributes]
    if rule.weight is not None:
        lines.append(f"  weighs  {rule.weight:+.2f} instead of the weight of its kind of evidence")
    return "\n".join(lines) + "\n"
