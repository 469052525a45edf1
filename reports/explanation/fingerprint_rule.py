"""One fingerprint rule as text for a terminal: what it reads, what it looks for there, and what it then says."""

from fingerprints.database.rules import Rule


def explain_rule(rule: Rule) -> str:
    """The rule as it is matched; its examples stand in its file."""
    lines = [f"rule {rule.id}", f"  reads   {rule.source.value}{f' at {rule.at}' if rule.at else ''}"]
    if rule.expression is not None:
        lines.append(f"  finds   {rule.expression.pattern}")
    lines += [f"  also    {pattern.pattern}" for pattern in rule.also]
    lines += [f"  claims  {role.value} {company}" for role, company in rule.claims]
    if rule.component:
        lines.append(f"  part    {rule.component}")
    lines += [f"  sets    {name} {value}" for name, value in rule.attributes]
    if rule.weight is not None:
        lines.append(f"  weighs  {rule.weight:+.2f} where its kind of evidence would weigh otherwise")
    return "\n".join(lines) + "\n"
