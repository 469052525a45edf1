"""The HTML report: one file, nothing from outside, and device text that never becomes markup."""

import itertools
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.document.document import Document, build
from reports.document.report_number import report_number
from reports.formats.html.running_head import running_head
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict
from tests.unit import documents
from tests.unit.written import text_of as text_written

FILTER = r"[a-z]+=[\w.,~%-]*(&[a-z]+=[\w.,~%-]*)*"
"""A fragment that sets filters: keys of ours, and values that are percent-encoded."""

SPOKEN = ("href", "aria-label")
"""Attributes that may hold a device's words: percent-encoded in a link, and escaped in a label."""

Tag = tuple[str, tuple[tuple[str, str | None], ...]]


class Tags(HTMLParser):
    """Every start tag with its attributes, and the words between."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.words: list[str] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def named(tag: Tag) -> Tag:
    """A tag without the values that may hold a device's words."""
    return tag[0], tuple((name, None if name in SPOKEN else value) for name, value in tag[1])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def template_text(*path: str) -> str:
    """A file of the templates."""
    return files("reports.formats.html.templates").joinpath(*path).read_text(encoding="utf-8")


def palettes() -> list[dict[str, str]]:
    """The colours of the light, of the dark and of the printed scheme."""
    sheets = (template_text("styles", "00-page.css"), template_text("styles", "90-print.css"))
    blocks = [block for css in sheets for block in re.findall(r":root \{(.*?)\n *\}", css, re.DOTALL)]
    return [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in blocks]


def written(document: Document) -> str:
    return text_written(document, "html")


def static_part(document: Document) -> str:
    """The page without the data of its script."""
    return re.sub(r'<script type="application/octet-stream".*?</script>', "", written(document), flags=re.DOTALL)


def text_of(html: str) -> str:
    """The words that a reader sees, each run of white space as one space."""
    return re.sub(r"\s+", " ", " ".join(Tags(re.sub(r"<(style|script).*?</\1>", "", html, flags=re.DOTALL)).words))


def section_of(html: str, name: str) -> str:
    """The words of a section of the page."""
    return text_of(html.partition(f'<section id="{name}"')[2].partition("</section>")[0])


def binding() -> Document:
    """The smallest document with one of everything, under policies that somebody chose."""
    document = documents.few()
    return replace(document, header=replace(document.header, binding=True))


def test_nothing_is_fetched_from_anywhere() -> None:
    tags = Tags(written(documents.network())).tags
    targets = [
        value for _, attrs in tags for name, value in attrs if name in ("src", "href", "action", "data", "style")
    ]
    assert [target for target in targets if not str(target).startswith("#")] == []
    assert [name for _, attrs in tags for name, _ in attrs if name == "style" or name.startswith("on")] == []
    assert {tag for tag, _ in tags} & {"img", "link", "iframe", "object", "embed", "base", "form", "video"} == set()


def test_the_content_policy_allows_the_own_style_and_script_alone() -> None:
    page = written(documents.network())
    hashes = {
        kind: b64encode(sha256(re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)[0].encode()).digest()).decode()
        for kind in ("style", "script")
    }
    policy = (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    metas = [dict(attrs) for tag, attrs in Tags(page).tags if tag == "meta"]
    assert [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"] == [policy]


def test_the_same_evidence_gives_the_same_bytes() -> None:
    assert written(documents.network()) == written(documents.network())


def test_templates_hold_no_logic() -> None:
    folder = files("reports.formats.html.templates")
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".j2")]
    tags = {tag for name in names for tag in re.findall(r"\{%-?\s*(\w+)", template_text(name))}
    assert tags <= {"for", "else", "endfor", "include", "from", "import", "macro", "endmacro"}


def test_nobody_chose_the_policies_stands_before_the_answer_and_what_was_not_seen_before_any_verdict() -> None:
    read = text_of(static_part(documents.few()).partition("<main")[2])
    order = ("Nobody chose the policies", "2 devices would break a rule", "Not everything was seen", "Clear")
    assert sorted(order, key=read.index) == list(order)


def test_the_answer_begins_with_number_and_verb_and_counts_only_assessed_devices_as_a_whole() -> None:
    page = static_part(binding())
    head = re.findall(r"<h1>(.*?)</h1>\s*<p class=\"sum\">(.*?) <a", page)
    assert head == [
        (
            "2 devices break a rule; 1 stands in the core; 1 deadline has passed.",
            "2 of 2 assessed devices break a rule (1 core, 1 non-core, 0 unclassified); 2 not assessed.",
        )
    ]


def test_a_report_that_finds_nothing_says_how_much_was_assessed() -> None:
    header = replace(documents.HEADER, coverage=documents.Coverage(1, 1, 1, 0), notes=())
    page = static_part(build(header, documents.network().devices[1:2], ()))
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["None of 1 assessed devices was found to break a rule."]
    assert "Every target that was named or showed a sign of life was assessed." in page


def test_the_sections_come_in_the_order_of_a_readers_questions() -> None:
    page = static_part(documents.network())
    order = ("due", "findings", "table", "devices", "makers", "map", "missing", "policies", "waivers", "method")
    places = [page.index(f'<section id="{name}"') for name in (*order, "words", "sign")]
    assert places == sorted(places)


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in Tags(static_part(documents.network())).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_the_disclaimer_stands_once() -> None:
    assert written(documents.network()).count("not legal advice") == 1


def test_every_link_leads_to_a_section_or_sets_a_filter() -> None:
    tags = Tags(written(documents.network())).tags
    ids = [dict(attrs)["id"] for _, attrs in tags if "id" in dict(attrs)]
    links = {str(dict(attrs)["href"])[1:] for tag, attrs in tags if tag == "a"}
    assert len(ids) == len(set(ids))
    assert {link for link in links if "=" not in link} - set(ids) == set()
    assert [link for link in links if "=" in link and not re.fullmatch(FILTER, link)] == []


def test_the_matrix_counts_each_verdict_by_place_and_each_number_filters() -> None:
    matrix = static_part(documents.network()).partition('<div class="panel matrix">')[2].partition("</table>")[0]
    assert '<a href="#verdict=restricted&amp;place=core">2</a>' in matrix
    assert '<a href="#verdict=restricted,review,conditional,clear">13</a>' in matrix
    assert text_of(matrix).split("■")[1:] == [
        " Restricted 2 3 0 – 5 ▲ Review 1 0 1 – 2 ◆ Conditional 0 1 0 – 1 ✓ Clear 2 3 0 – 5 Σ Assessed 5 7 1 – 13 "
        "○ Not assessed 0 0 1 2 3 "
    ]


def test_a_date_is_a_mark_with_its_count_its_words_and_its_filter() -> None:
    marks = [dict(attrs) for tag, attrs in Tags(static_part(binding())).tags if tag == "a" and len(attrs) == 3]
    assert [(mark["class"], mark["href"], mark["aria-label"]) for mark in marks if "due=" in str(mark["href"])] == [
        ("passed", "#due=2023-12-31", "2023-12-31: 1 device; last day of gb-dvd-huawei-2022/core"),
        ("soon", "#due=2026-12-19", "2026-12-19: 1 device; fi-critical-2021/base-stations starts"),
        ("soon", "#due=2026-12-31", "2026-12-31: 1 device; last day of de-contracts-2024/core"),
        ("later", "#due=2027-12-31", "2027-12-31: 1 device; last day of gb-dvd-huawei-2022/cap-fttp"),
    ]


def test_every_date_stands_in_the_list_of_deadlines_with_its_distance() -> None:
    listed = section_of(static_part(binding()), "due")
    assert "31 December 2023 1,057 days ago last day gb-dvd-huawei-2022/core 1 bri-olt-9" in listed
    assert "19 December 2026 in 27 days starts fi-critical-2021/base-stations 1 bri-olt-9" in listed


def test_findings_stand_under_their_policy_and_clause_with_what_to_do() -> None:
    found = section_of(static_part(documents.network()), "findings")
    assert (
        "video Pub. L. 115-232 s. 889(f)(3)(B) 2 ■ Restricted Hikvision DS-2CD2143G2 in enterprise · bri-2 Video "
        "surveillance equipment of a named company Replace them, or have the finding waived"
    ) in found


def test_paper_lists_each_finding_and_never_a_clear_device() -> None:
    listed = section_of(static_part(documents.network()), "table")
    assert "11 findings on 8 devices" in listed
    assert "met-rtr-7 10.0.4.7 ZTE Corporation ZXCTN 6300 Non-core, transport us-889a/telecom" in listed
    assert "lon-core-2" not in listed


def test_a_clear_device_adds_nothing_to_the_static_page() -> None:
    clear = next(judged for judged in documents.network().devices if judged.verdict is Verdict.CLEAR)
    more = [replace(clear, device=replace(clear.device, id=f"more-{number}")) for number in range(300)]
    document = documents.network()
    longer = len(static_part(build(document.header, (*document.devices, *more), document.not_assessed)))
    assert longer - len(static_part(document)) < 1_000


def test_the_maker_of_a_box_that_is_restricted_for_its_optic_is_not_blamed() -> None:
    makers = section_of(static_part(documents.network()), "makers")
    assert "Cisco Systems for a part in it 2 1" in makers


def test_a_waiver_stands_with_its_words_its_rules_and_its_devices() -> None:
    waived = section_of(static_part(documents.network()), "waivers")
    assert "W-2026-014 (until 2027-03-31): out of scope, no federal customer us-889a/telecom 1 bri-olt-9" in waived


def test_what_was_not_assessed_stands_by_its_cause_with_what_to_do() -> None:
    missing = section_of(static_part(documents.network()), "missing")
    assert "No credential covers it 1 Add a credential for it to the credentials file 10.0.8.77" in missing
    assert "10.0.8.0/24 256 251" in missing


def test_the_signature_page_names_the_report() -> None:
    document = documents.network()
    signed = section_of(static_part(document), "sign")
    assert report_number(document) in signed
    assert signed.count("Name Date") == 2


def test_each_printed_page_names_the_report_and_its_number() -> None:
    document = documents.network()
    (style,) = re.findall(r"<style>(.*?)</style>", written(document), re.DOTALL)
    assert f"report {report_number(document)}, as of 22 November 2026" in style
    assert 'content: "page " counter(page) " of " counter(pages)' in style


def test_a_digest_or_number_cannot_end_the_string_of_a_running_head() -> None:
    record = RunRecord(1, "scan", "", datetime(2026, 11, 22, tzinfo=UTC), None, (), (), "", (), '"} body{}</style>')
    document = documents.network()
    head = running_head(replace(document, header=replace(document.header, record=record)))
    assert 'content: "evidence SHA-256  bodystyle";' in head


@settings(max_examples=40)
@given(st.text(st.characters(), min_size=1) | st.text("<>&\"'{}%/=`! -a", min_size=1))
def test_whatever_a_device_says_no_tag_and_no_attribute_changes(text: str) -> None:
    tags, harmless = (Tags(written(documents.speaking(words))) for words in (text, "x"))
    assert [named(tag) for tag in tags.tags] == [named(tag) for tag in harmless.tags]
    links = [str(dict(attrs)["href"])[1:] for tag, attrs in tags.tags if tag == "a"]
    assert [link for link in links if "=" in link and not re.fullmatch(FILTER, link)] == []
    assert all(word.replace("\n", "").isprintable() for word in tags.words)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "paper"])
def test_every_text_colour_has_the_contrast_that_wcag_aa_asks_for(scheme: int) -> None:
    palette = palettes()[scheme]
    texts = ("ink", "soft", "link", "restricted", "review", "conditional", "not_assessed", "clear")
    grounds = ("paper", "wash")
    ratios = {(text, ground): contrast(palette[text], palette[ground]) for text in texts for ground in grounds}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
    assert contrast(palette["edge"], palette["paper"]) >= 3
