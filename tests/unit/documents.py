"""A made-up network of fourteen boxes as a judged document: what the format tests write and people look at.

Some of what the boxes say is hostile on purpose: markup, terminal escapes, formulas, right-to-left overrides.
"""

from dataclasses import replace
from datetime import date

from fingerprints.model.device import (
    Breakdown,
    ClaimRecord,
    Component,
    Device,
    DifferenceReason,
    Doubt,
    GroupShare,
    Identity,
    Level,
    Party,
    QuotedText,
    Role,
    VendorDifference,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Channel, EvidenceGroup, Gap, GapReason
from fingerprints.model.neighbour import Neighbour
from reports.document.document import (
    AppliedPolicy,
    Coverage,
    Document,
    Header,
    NotAssessed,
    PolicyLeftOut,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    build,
)
from reports.formats.registry import FORMATS, Completeness
from reports.judgement.run_info import SilentRange
from reports.placement.placement import UNCLASSIFIED, Origin, Placement
from reports.policy.action import Certainty
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier

REPORTS = tuple(
    name for name, known in FORMATS.items() if known.completeness in (Completeness.FULL, Completeness.SUMMARY)
)
"""Formats that hold the whole document or a summary of it: what every report must say is tested on these."""

HUAWEI = Party("huawei", "Huawei Technologies")
ZTE = Party("zte", "ZTE Corporation")
HIKVISION = Party("hikvision", "Hikvision")
CISCO = Party("cisco", "Cisco Systems")
JUNIPER = Party("juniper", "Juniper Networks")
NOKIA = Party("nokia", "Nokia")
HPE = Party("hpe", "Hewlett Packard Enterprise")
H3C = Party("h3c", "H3C Technologies")
LINUX = Party("linux", "Linux (net-snmp)")

SCRIPT = "<script>document.title='owned'</script>"
FORMULA = '=HYPERLINK("http://attacker.example","click")'
TERMINAL = "\x1b]0;owned\x07\x1b[31mred\x1b[0m"
REVERSED = "safe\u202eexe.tpircs\u2066"
MARKUP = "[bold red]alarm[/bold red]| `code` [link](http://attacker.example)"

POLICIES = (
    AppliedPolicy(
        "gb-bt-policy-2018",
        "BT Group core exclusion",
        "GB",
        "Network architecture principle dating from 2006; public statement of 5 December 2018",
        False,
        Certainty.FOUND,
        ("An operator's own policy, not law. The later designated vendor directions replace it.",),
    ),
    AppliedPolicy(
        "gb-dvd-huawei-2022",
        "Designated vendor directions (Huawei)",
        "GB",
        "Notice and directions of 13 October 2022 under sections 105Z8 and 105Z1 Communications Act 2003",
        True,
        Certainty.FOUND,
        ("Binds 35 named public communications providers; a scan cannot tell whether you are one of them.",),
        status="in force (a revision is laid)",
        until=date(2030, 1, 1),
        binds=("35 named public communications providers",),
        roles=("mobile operator", "fixed operator"),
        confidence="high for the dates",
        exceptions=("copper access lines",),
    ),
    AppliedPolicy(
        "jp-procurement-2018",
        "Government procurement agreement",
        "JP",
        "Agreement among ministries on procurement of state IT goods and services, 10 December 2018",
        True,
        Certainty.MIXED,
        ("Names no company: what meets its criteria is referred for advice, never banned by name.",),
    ),
    AppliedPolicy(
        "us-889a",
        "Section 889(a)(1)(A): government purchase",
        "US",
        "Pub. L. 115-232 section 889(a)(1)(A); FAR subpart 4.21",
        True,
        Certainty.FOUND,
        ("A scan cannot tell what a camera is used for, nor who pays for it.",),
    ),
)

HEADER = Header(
    tool_version="0.1.0",
    data_version="2026.11.22",
    data_days=(("mac-prefixes", date(2026, 11, 22)), ("enterprise-numbers", date(2024, 8, 17))),
    run="2026-11-22T0917-demo",
    as_of=date(2026, 11, 22),
    policies=POLICIES,
    policies_chosen="No policy was chosen, so the four of the demonstration apply; choose yours in kitscan.yaml.",
    coverage=Coverage(
        in_scope=272, answered=16, identified=13, not_assessed=2, silent=(SilentRange("10.0.8.0/24", 256, 251),)
    ),
    notes=("Layer 2 was not listened to: the helper lacks CAP_NET_RAW.",),
)

LINKS = (
    ReportedLink("dev-01", "dev-02", ("lldp", "bgp")),
    ReportedLink("dev-01", "dev-03", ("bgp",)),
    ReportedLink("dev-02", "dev-04", ("lldp",)),
    ReportedLink("dev-04", "dev-06", ("lldp",)),
    ReportedLink("dev-05", "dev-06", ("cdp",)),
    ReportedLink("dev-06", "dev-07", ("lldp", "ospf")),
    ReportedLink("dev-07", "dev-08", ("lldp",)),
    ReportedLink("dev-07", "dev-09", ("lldp",)),
    ReportedLink("dev-08", "dev-14", ("bridge",)),
)
"""Who is beside whom in `linked()`."""

CORE = Placement(
    True, Tier.CORE, "zone core-pop matches prefix 10.0.0.0/24", Origin.DECLARED, "core-pop", "core_ip", site="lon-1"
)
TRANSPORT = Placement(
    False, Tier.TRANSPORT, "zone metro matches prefix 10.0.4.0/24", Origin.DECLARED, "metro", "transport_ip"
)
ACCESS = Placement(
    False,
    Tier.ACCESS,
    "zone access matches prefix 10.0.8.0/24",
    Origin.DECLARED,
    "access",
    "fixed_access",
    site="bri-2",
)
PREMISES = Placement(
    False, Tier.ENTERPRISE, "zone cctv matches host name cam-*", Origin.DECLARED, "cctv", "surveillance", site="bri-2"
)


def claim(
    role: Role, company: str, source: str, text: str, weight: float, *, at: str = "1.3.6.1.2.1.1.1.0"
) -> ClaimRecord:
    return ClaimRecord(role, company, source, text, f"{company}/{source.rsplit('.', maxsplit=1)[-1]}", weight, at)


def tie(party: Party, level: WatchLevel, confidence: float, *because: str, role: Role = Role.MAKER) -> Watched:
    quotes = tuple(QuotedText("snmp.sys_descr", text) for text in because)
    return Watched(party.id, level, confidence, (role,), quotes)


def contradiction(vendor: Party, other: Party) -> VendorDifference:
    texts, addresses = (EvidenceGroup.AGENT_TEXT,), (EvidenceGroup.LAYER_2,)
    return VendorDifference(vendor, texts, other, addresses, DifferenceReason.SPOOFING)


def breakdown(rival: Party) -> Breakdown:
    share = GroupShare(Channel.AGENT, EvidenceGroup.AGENT_TEXT, 1, 4.0, 4.0, 4.0)
    return Breakdown((share,), 4.0, ((rival, 1.0),), 0.4, 0.999, Doubt(1.0, 3.0, 0.9), 0.9)


def identity(
    party: Party, model: str, version: str, os: str, kind: str, *claims: ClaimRecord, level: Level = Level.CONFIRMED
) -> Identity:
    confidence = {Level.CONFIRMED: 0.998, Level.PROBABLE: 0.93, Level.CONFLICTING: 0.52}.get(level, 0.6)
    serial = f"{party.id[:2].upper()}{len(model) * 10473 + len(version):07d}"
    return Identity(level, confidence, party, party, party, None, model, version, serial, os, kind, claims)


def box(number: int, name: str, address: str, known: Identity, *watched: Watched) -> Device:
    return Device(f"dev-{number:02d}", (), (address,), name, (("site", "lon-1"),), known, watched)


def finding(
    policy: str,
    rule: str,
    verdict: Verdict,
    because: str,
    citation: str,
    *,
    reason: str | None = None,
    deadline: date | None = None,
    component: str | None = None,
    waiver: str | None = None,
) -> ReportedFinding:
    return ReportedFinding(policy, rule, verdict, because, citation, reason, deadline, component, waiver)


BT_CORE = finding(
    "gb-bt-policy-2018",
    "fixed-core",
    Verdict.RESTRICTED,
    "Huawei Technologies (confirmed) stands in core_ip, where the policy has none of its equipment",
    "BT Group statement, 5 December 2018: fixed core",
)
US_TELECOM = finding(
    "us-889a",
    "telecom",
    Verdict.RESTRICTED,
    "made by a named company or an affiliate of one",
    "Pub. L. 115-232 s. 889(f)(3)(A)",
)
GB_CAP = finding(
    "gb-dvd-huawei-2022",
    "cap-fttp",
    Verdict.CONDITIONAL,
    "allowed while no more than 35 % of premises passed are served by it",
    "Direction of 13 October 2022, paragraph 6",
    deadline=date(2027, 12, 31),
)
JP_REFER = finding(
    "jp-procurement-2018",
    "consult",
    Verdict.REVIEW,
    "ask the cybersecurity centre for advice before award",
    "Agreement of 10 December 2018, section 3",
    reason="refer",
)


def huawei_core() -> ReportedDevice:
    known = identity(
        HUAWEI,
        "NE40E-X8A",
        "V800R021C10SPC600",
        "VRP 8.210",
        "router",
        claim(Role.PLATFORM, "huawei", "snmp.sys_descr", "Huawei Versatile Routing Platform Software VRP 8.210", 4.2),
        claim(Role.BRAND, "huawei", "snmp.sys_object_id", "1.3.6.1.4.1.2011.2.62.2.9", 3.9, at="1.3.6.1.2.1.1.2.0"),
        claim(Role.MAKER, "huawei", "snmp.if_phys_address", "00:e0:fc:12:34:56", 2.6, at="1.3.6.1.2.1.2.2.1.6.1"),
        claim(Role.PLATFORM, "huawei", "ssh.ident", "SSH-2.0-HUAWEI-1.5", 2.1, at="22/tcp"),
    )
    device = replace(
        box(1, "lon-core-1", "10.0.0.1", known, tie(HUAWEI, WatchLevel.CONFIRMED, 0.999, "Huawei Versatile Routing")),
        components=(
            Component("chassis", "0", HUAWEI, "NE40E-X8A", "210235A1B2C3"),
            Component("card", "slot 1", HUAWEI, "CR5D00E1NC76", "210305C4D5E6"),
            Component("optic", "1/0/1", Party("finisar", "Finisar"), "FTLX1471D3BCL", "UYK0A12"),
        ),
        neighbours=(
            Neighbour("lldp", "100GE1/0/1", "lon-core-2", "2c:6b:f5:00:00:01", "et-0/0/1", "Juniper MX480"),
            Neighbour("bgp", "", "10.0.0.3"),
        ),
    )
    return ReportedDevice(device, CORE, (US_TELECOM, BT_CORE, JP_REFER), Verdict.RESTRICTED)


def cisco_with_foreign_optic() -> ReportedDevice:
    seen = tie(HUAWEI, WatchLevel.CONFIRMED, 0.99, "entPhysicalMfgName says HUAWEI", role=Role.COMPONENT)
    known = identity(
        CISCO,
        "ASR-9006",
        "7.5.2",
        "IOS XR",
        "router",
        claim(Role.PLATFORM, "cisco", "snmp.sys_descr", "Cisco IOS XR Software (ASR9K), Version 7.5.2[Default]", 4.4),
        claim(
            Role.MAKER, "cisco", "snmp.entity_mfg_name", "Cisco Systems, Inc.", 3.1, at="1.3.6.1.2.1.47.1.1.1.1.12.1"
        ),
    )
    device = replace(
        box(4, "lon-core-4", "10.0.0.4", known),
        components=(
            Component("chassis", "0", CISCO, "ASR-9006", "FOX1810G8ZC"),
            Component("optic", "TenGigE0/0/0/3", HUAWEI, "OMXD30000", "HA12345678", (seen,)),
        ),
    )
    found = replace(US_TELECOM, component="TenGigE0/0/0/3", because="the optic is made by a named company")
    return ReportedDevice(device, CORE, (found,), Verdict.RESTRICTED)


def liar() -> ReportedDevice:
    known = replace(
        identity(
            CISCO,
            "C2960",
            "15.2(7)E3",
            "IOS",
            "switch",
            claim(Role.PLATFORM, "cisco", "snmp.sys_descr", "Cisco IOS Software, C2960 Software", 4.1),
            claim(
                Role.MAKER,
                "huawei",
                "snmp.entity_serial",
                "2102350DLX10J8000123",
                2.4,
                at="1.3.6.1.2.1.47.1.1.1.1.11.1",
            ),
            claim(Role.MAKER, "huawei", "snmp.if_phys_address", "00:e0:fc:aa:bb:cc", 2.6, at="1.3.6.1.2.1.2.2.1.6.1"),
            level=Level.CONFLICTING,
        ),
        conflicts=(contradiction(CISCO, HUAWEI),),
        made_by=None,
    )
    ties = (tie(HUAWEI, WatchLevel.PROBABLE, 0.94, "00:e0:fc:aa:bb:cc", "2102350DLX10J8000123"),)
    findings = (
        replace(US_TELECOM, verdict=Verdict.REVIEW, because="probably made by a named company", reason="contradictory"),
        replace(
            BT_CORE, verdict=Verdict.REVIEW, because="may be Huawei Technologies, in core_ip", reason="contradictory"
        ),
    )
    return ReportedDevice(box(5, "lon-core-5", "10.0.0.5", known, *ties), CORE, findings, Verdict.REVIEW)


def hostile() -> ReportedDevice:
    seen = claim(Role.PLATFORM, "zte", "snmp.sys_descr", f"ZXR10 {SCRIPT} {TERMINAL} {REVERSED}", 3.2)
    known = replace(
        identity(ZTE, FORMULA, TERMINAL, REVERSED, "switch", seen, level=Level.PROBABLE),
        conflicts=(contradiction(Party("x", MARKUP), ZTE),),
    )
    device = replace(
        box(14, SCRIPT, "10.0.9.14", known, tie(ZTE, WatchLevel.PROBABLE, 0.93, f"ZXR10 {TERMINAL}")),
        labels=("@SUM(A1)",),
        components=(Component("optic", MARKUP, Party("x", "-2+3"), "\tTAB", "\rCR"),),
        neighbours=(Neighbour("lldp", "1", SCRIPT, REVERSED, TERMINAL, "x" * 5000),),
        gaps=(Gap("snmp", "1.3.6.1.2.1.47", GapReason.NOT_INCREASING, "the agent answered the same object twice"),),
    )
    findings = (
        replace(US_TELECOM, verdict=Verdict.REVIEW, because="probably made by a named company", reason="suspected"),
    )
    return ReportedDevice(device, UNCLASSIFIED, findings, Verdict.REVIEW)


def clear(
    number: int,
    name: str,
    address: str,
    where: Placement,
    party: Party,
    *,
    model: str,
    os: str,
    sys_descr: str,
    kind: str,
) -> ReportedDevice:
    words = claim(Role.PLATFORM, party.id, "snmp.sys_descr", sys_descr, 4.0)
    known = identity(party, model, os.rsplit(maxsplit=1)[-1], os, kind, words)
    return ReportedDevice(box(number, name, address, known), where, (), Verdict.CLEAR)


def badged() -> ReportedDevice:
    judged = clear(
        8,
        "met-sw-8",
        "10.0.4.8",
        TRANSPORT,
        HPE,
        model="5130-48G-4SFP+ EI",
        os="Comware 7.1.070",
        sys_descr="HPE Comware",
        kind="switch",
    )
    known = replace(judged.device.identity, made_by=H3C, platform=H3C)
    return replace(judged, device=replace(judged.device, identity=known))


def olt() -> ReportedDevice:
    words = claim(Role.PLATFORM, "huawei", "snmp.sys_descr", "Huawei Integrated Access Software", 4.0)
    known = identity(HUAWEI, "MA5800-X7", "V100R019", "MA5800 V100R019", "olt", words)
    ties = (tie(HUAWEI, WatchLevel.CONFIRMED, 0.998, "Huawei Integrated Access Software"),)
    waived = replace(US_TELECOM, waiver="W-2026-014 (until 2027-03-31): out of scope, no federal customer")
    return ReportedDevice(box(9, "bri-olt-9", "10.0.8.9", known, *ties), ACCESS, (GB_CAP, waived), Verdict.CONDITIONAL)


def camera(number: int) -> ReportedDevice:
    words = claim(Role.BRAND, "hikvision", "snmp.sys_object_id", "1.3.6.1.4.1.39165.1.1", 3.8, at="1.3.6.1.2.1.1.2.0")
    known = identity(HIKVISION, "DS-2CD2143G2-I", "V5.7.1", "embedded Linux", "camera", words)
    found = finding(
        "us-889a",
        "video",
        Verdict.RESTRICTED,
        "video surveillance equipment of a named company",
        "Pub. L. 115-232 s. 889(f)(3)(B)",
    )
    device = box(
        number, f"cam-{number}", f"10.0.8.{number}", known, tie(HIKVISION, WatchLevel.CONFIRMED, 0.99, "39165")
    )
    return ReportedDevice(device, PREMISES, (found,), Verdict.RESTRICTED)


def zte_metro() -> ReportedDevice:
    words = claim(Role.PLATFORM, "zte", "snmp.sys_descr", "ZXR10 ROS Version V4.00.10 ZXCTN 6300 Software", 4.1)
    known = identity(ZTE, "ZXCTN 6300", "V4.00.10", "ZXROS", "router", words)
    ties = (tie(ZTE, WatchLevel.CONFIRMED, 0.996, "ZXR10 ROS"),)
    return ReportedDevice(box(7, "met-rtr-7", "10.0.4.7", known, *ties), TRANSPORT, (US_TELECOM,), Verdict.RESTRICTED)


def unknown() -> ReportedDevice:
    known = Identity(Level.UNKNOWN, 0.0)
    gaps = (Gap("ssh", "22/tcp", GapReason.NO_CREDENTIAL, "no credential covers 10.0.9.13"),)
    device = replace(box(13, "", "10.0.9.13", known), gaps=gaps)
    findings = (
        finding(
            "us-889a", "telecom", Verdict.NOT_ASSESSED, "its maker is not known", "Pub. L. 115-232 s. 889(f)(3)(A)"
        ),
    )
    return ReportedDevice(device, UNCLASSIFIED, findings, Verdict.NOT_ASSESSED)


def network() -> Document:
    """The fourteen boxes, two targets not assessed, one range mostly silent."""
    devices = (
        huawei_core(),
        clear(
            2,
            "lon-core-2",
            "10.0.0.2",
            CORE,
            JUNIPER,
            model="MX480",
            os="Junos 21.4R3-S5.4",
            sys_descr="Juniper Networks, Inc. mx480",
            kind="router",
        ),
        clear(
            3,
            "lon-core-3",
            "10.0.0.3",
            CORE,
            NOKIA,
            model="7750 SR-7",
            os="TiMOS-C-20.10.R6",
            sys_descr="TiMOS-C-20.10.R6 cpm/hops64",
            kind="router",
        ),
        cisco_with_foreign_optic(),
        liar(),
        clear(
            6,
            "met-rtr-6",
            "10.0.4.6",
            TRANSPORT,
            CISCO,
            model="NCS-540",
            os="IOS XR 7.5.2",
            sys_descr="Cisco IOS XR Software",
            kind="router",
        ),
        zte_metro(),
        badged(),
        olt(),
        camera(10),
        camera(11),
        clear(
            12,
            "mgmt-12",
            "10.0.4.12",
            TRANSPORT,
            LINUX,
            model="x86_64",
            os="Linux 6.1",
            sys_descr="Linux mgmt-12 6.1.0-18-amd64",
            kind="server",
        ),
        unknown(),
        hostile(),
    )
    missing = (
        NotAssessed("10.0.8.77", GapReason.NO_CREDENTIAL),
        NotAssessed("core-9.example", GapReason.UNRESOLVED),
    )
    return build(HEADER, devices, missing)


def linked() -> Document:
    """The same network, and who is beside whom in it."""
    return replace(network(), links=LINKS)


def many(count: int) -> Document:
    """The same boxes again and again under other names, to measure size and time."""
    fourteen = network().devices
    devices = (
        replace(judged, device=replace(judged.device, id=f"dev-{number:06d}"))
        for number in range(count)
        for judged in (fourteen[number % len(fourteen)],)
    )
    return build(HEADER, devices, ())


YEAR_END = finding(
    "de-contracts-2024",
    "core",
    Verdict.CONDITIONAL,
    "allowed until the last day",
    "contracts of 11 July 2024",
    deadline=date(2026, 12, 31),
)
GB_PASSED = finding(
    "gb-dvd-huawei-2022",
    "core",
    Verdict.RESTRICTED,
    "the deadline was 2023-12-31",
    "Direction of 13 October 2022, paragraph 3",
    deadline=date(2023, 12, 31),
)
FI_STARTS = replace(
    finding("fi-critical-2021", "base-stations", Verdict.CONDITIONAL, "not yet in force", "Traficom, 2024"),
    deadline=date(2026, 12, 18),
    starts=date(2026, 12, 19),
)
LEFT_OUT = PolicyLeftOut("eu-csa2-2026", "Cybersecurity Act, second", "EU", "only proposed")


def under_two_laws() -> ReportedDevice:
    """The access box under four rules with dates: one passed, one ends and one starts within 90 days, one is later."""
    judged = olt()
    return replace(judged, findings=(*judged.findings, YEAR_END, GB_PASSED, FI_STARTS), verdict=Verdict.RESTRICTED)


def few() -> Document:
    """The smallest document with one of everything: the golden files are of this one."""
    header = replace(HEADER, policies=POLICIES[1:2], coverage=Coverage(4, 3, 1, 1), notes=())
    header = replace(header, policies_left_out=(LEFT_OUT,), binding=False)
    missing = NotAssessed("10.0.8.77", GapReason.NO_CREDENTIAL)
    return build(header, (unknown(), under_two_laws(), cisco_with_foreign_optic()), (missing,))


def speaking(text: str) -> Document:
    """A device that says `text` wherever a device can say something, and a target of that name."""
    party = Party(text, text)
    watched = tie(party, WatchLevel.PROBABLE, 0.9, text)
    seen = ClaimRecord(Role.MAKER, text, text, text, text, 1.0, text)
    known = Identity(Level.PROBABLE, 0.9, party, party, party, party, text, text, text, text, text, claims=(seen,))
    known = replace(known, conflicts=(contradiction(party, party),), breakdown=breakdown(party))
    device = Device(
        "dev-1",
        (text,),
        (text,),
        text,
        ((text, text),),
        known,
        (watched,),
        (Component(text, text, party, text, text, (watched,)),),
        (Neighbour(text, text, text, text, text, text),),
        (Gap(text, text, GapReason.MALFORMED, text),),
    )
    placement = Placement(True, Tier.CORE, text, Origin.DECLARED, text, text, site=text)
    restricted = finding("us-889a", text, Verdict.RESTRICTED, text, text, component=text, reason=text)
    judged = ReportedDevice(device, placement, (restricted, replace(restricted, waiver=text)), Verdict.RESTRICTED)
    return build(HEADER, (judged,), (NotAssessed(text, GapReason.NO_ANSWER),))
