"""The HTML report: one file, nothing from outside, and device text that never becomes markup."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.document.document import build
from reports.formats.registry import render
from tests.unit import documents

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


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def palettes() -> list[dict[str, str]]:
    """The colours of the light and of the dark scheme."""
    css = files("reports.formats.html.templates").joinpath("styles", "00-page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\n *\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in blocks[:2]]


def test_nothing_is_fetched_from_anywhere() -> None:
    tags = Tags(render(documents.network(), "html")).tags
    targets = [
        value for _, attrs in tags for name, value in attrs if name in ("src", "href", "action", "data", "style")
    ]
    assert [target for target in targets if not str(target).startswith("#")] == []
    assert {tag for tag, _ in tags} & {"img", "link", "iframe", "object", "embed", "base", "form", "video"} == set()


def test_the_content_policy_allows_the_own_style_and_script_alone() -> None:
    written = render(documents.network(), "html")
    hashes = {
        kind: b64encode(
            sha256(re.findall(rf"<{kind}>(.*?)</{kind}>", written, re.DOTALL)[0].encode()).digest()
        ).decode()
        for kind in ("style", "script")
    }
    policy = (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    metas = [dict(attrs) for tag, attrs in Tags(written).tags if tag == "meta"]
    assert [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"] == [policy]


def test_a_tie_quotes_the_words_that_it_rests_on() -> None:
    words = Tags(render(documents.network(), "html")).words
    (tie,) = [text for text in words if text.startswith("huawei (built by): confirmed, 99.9 %")]
    assert tie == "huawei (built by): confirmed, 99.9 %; evidence: “snmp.sys_descr: Huawei Versatile Routing”"


def test_what_was_not_seen_comes_before_any_verdict() -> None:
    written = render(documents.network(), "html")
    assert written.index("Not everything was seen") < written.index(">Clear<")


def test_the_sections_come_in_the_order_of_a_readers_questions() -> None:
    ids = [dict(attrs).get("id") for tag, attrs in Tags(render(documents.network(), "html")).tags if tag == "section"]
    assert ids == ["due", None, "overview", "missing", "devices", "silent", "policies", "words"]


def test_the_disclaimer_stands_once() -> None:
    assert render(documents.network(), "html").count("not legal advice") == 1


def test_every_link_inside_the_page_has_its_target() -> None:
    tags = Tags(render(documents.network(), "html")).tags
    ids = [dict(attrs)["id"] for _, attrs in tags if "id" in dict(attrs)]
    links = {str(dict(attrs)["href"])[1:] for tag, attrs in tags if tag == "a"}
    assert len(ids) == len(set(ids))
    assert links - set(ids) == set()


def test_a_network_without_gaps_says_so() -> None:
    header = documents.replace(documents.HEADER, coverage=documents.Coverage(1, 1, 1, 0), notes=())
    written = render(build(header, documents.network().devices[1:2], ()), "html")
    assert "Every target in scope was assessed" in written
    assert 'id="missing"' not in written


@settings(max_examples=40)
@given(st.text(st.characters(), min_size=1) | st.text("<>&\"'{}%/=`! -a", min_size=1))
def test_whatever_a_device_says_no_tag_and_no_attribute_changes(text: str) -> None:
    tags, harmless = (Tags(render(documents.speaking(words), "html")) for words in (text, "x"))
    assert tags.tags == harmless.tags
    assert all(word.replace("\n", "").isprintable() for word in tags.words)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_has_the_contrast_that_wcag_aa_asks_for(scheme: int) -> None:
    palette = palettes()[scheme]
    texts = ("ink", "soft", "link", "restricted", "review", "conditional", "not_assessed", "clear")
    grounds = ("paper", "wash")
    ratios = {(text, ground): contrast(palette[text], palette[ground]) for text in texts for ground in grounds}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
    assert contrast(palette["edge"], palette["paper"]) >= 3
