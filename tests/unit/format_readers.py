"""A reader for each format that shares no code with what writes it: it opens the file whole, and says what it found.

`shape` is what the file is made of, without its texts: harmless and hostile texts of a document must give the same.
`texts` are what a person is shown; of a contract for programs there are none, because programs get the texts as they
are. `acting` is whatever would run, load or link: there must be nothing.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import yaml
from defusedxml.ElementTree import fromstring
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.unit.written import open_workbook

FORMULA_STARTS = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠", "﹦", "⁼", "−")

SAMPLE = re.compile(
    r'([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN)'
)
"""A line of Prometheus: a name, labels in quotes with backslashes before quotes, and a number."""

VOID_ADDRESS = re.compile(r"#|data:image/svg\+xml[;,]")
"""Addresses that a page may hold: places within it, and pictures that it carries itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file."""

    shape: tuple[object, ...]
    texts: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()


def read_text(written: bytes) -> Reading:
    return Reading((), tuple(written.decode("utf-8").split("\n")))


def read_html(written: bytes) -> Reading:
    page = _Page()
    page.feed(written.decode("utf-8"))
    page.close()
    return Reading(tuple(page.tags), tuple(page.texts), tuple(page.acting))


def read_json(written: bytes) -> Reading:
    return Reading(tuple(_shape(json.loads(_ascii(written)))))


def read_json_lines(written: bytes) -> Reading:
    lines = enumerate(_ascii(written).splitlines())
    return Reading(tuple(path for number, line in lines for path in _shape(json.loads(line), f"line {number}")))


def read_csv(written: bytes) -> Reading:
    """Read with the separators of every locale; only the comma's rows are of a shape."""
    text = written.decode("utf-8-sig")
    csv.field_size_limit(len(text))  # where another character separates, a field may go on for rows
    rows = {
        delimiter: list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=delimiter == ","))
        for delimiter in ",;|\t"
    }
    cells = [cell for table in rows.values() for row in table for cell in row]
    formulas = [cell for cell in cells if cell.lstrip(' \t\r\n\u00a0"').startswith(FORMULA_STARTS)]
    shown = tuple(cell for row in rows[","] for cell in row)
    too_long = [cell for cell in shown if len(cell.encode("utf-16-le")) // 2 > 32_767]
    return Reading(tuple((len(row), row[0]) for row in rows[","]), shown, (*formulas, *too_long))


def read_markdown(written: bytes) -> Reading:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(written.decode("utf-8"))
    flat = [token for block in tokens for token in (block, *(block.children or ()))]
    acting = tuple(token.content or str(token.attrs) for token in flat if _acts(token))
    texts = tuple(line for token in flat for line in token.content.split("\n"))
    return Reading(tuple(token.type for token in flat if token.type != "text"), texts, acting)


def read_xml(written: bytes) -> Reading:
    elements = list(fromstring(written).iter())
    parts = (part for element in elements for part in (element.text, element.tail, *element.attrib.values()) if part)
    texts = tuple(line for part in parts for line in part.split("\n"))
    return Reading(tuple((element.tag, *sorted(element.attrib)) for element in elements), texts)


def read_workbook(written: bytes) -> Reading:
    """The cells by openpyxl, and the XML of every file in the archive."""
    archive = zipfile.ZipFile(io.BytesIO(written))
    assert archive.testzip() is None
    trees = {name: fromstring(archive.read(name)) for name in archive.namelist()}
    tags = {element.tag.rpartition("}")[2] for tree in trees.values() for element in tree.iter()}
    cells = [cell for table in open_workbook(written) for row in table.iter_rows() for cell in row]
    filled = [cell for cell in cells if cell.value is not None]
    formulas = [str(cell.value) for cell in filled if cell.data_type not in ("s", "n", "d", "inlineStr")]
    links = [cell.coordinate for cell in filled if cell.hyperlink]
    shape = (*sorted(trees), *((cell.coordinate, cell.data_type, cell.number_format) for cell in filled))
    texts = tuple(cell.value for cell in filled if isinstance(cell.value, str))
    return Reading(shape, texts, (*formulas, *links, *tags & {"f", "hyperlink", "ddeLink", "oleObject"}))


def read_cyclonedx(written: bytes) -> Reading:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(written.decode("utf-8"))
    assert error is None, str(error)[:500]
    return read_json(written)


def read_sarif(written: bytes) -> Reading:
    whole = json.loads(_ascii(written))
    assert whole["version"] == "2.1.0"
    for run in whole["runs"]:
        assert {result["ruleId"] for result in run["results"]} <= {
            rule["id"] for rule in run["tool"]["driver"]["rules"]
        }
    return read_json(written)


def read_prometheus(written: bytes) -> Reading:
    """The text format of Prometheus, line by line: comments, and samples with escaped labels."""
    text = written.decode("utf-8")
    assert text.endswith("\n")
    lines = text[:-1].split("\n")
    samples = [line for line in lines if not line.startswith(("# HELP ", "# TYPE "))]
    names = tuple(line.partition("{")[0].partition(" ")[0] for line in samples)
    return Reading(names, tuple(lines), tuple(line for line in samples if SAMPLE.fullmatch(line) is None))


def read_pdf(written: bytes) -> Reading:
    from pypdf import PdfReader

    document = PdfReader(io.BytesIO(written), strict=True)
    acting = re.findall(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction|URI)\b", written)
    texts = tuple(line for page in document.pages for line in page.extract_text().split("\n"))
    return Reading((), texts, tuple(name.decode() for name in acting))


def read_ansible(written: bytes) -> Reading:
    """Ansible fills in what stands between two braces, and takes brackets and colons in a host's name apart."""
    text = written.decode("utf-8")
    tree = yaml.safe_load(text)["all"]
    hosts, groups = tree["hosts"], tree["children"]
    names = [name for name in hosts if re.search(r"[\[\]:,!&{}\s]", name) or name in ("all", "localhost")]
    illegal = [name for name in groups if not name.isidentifier()]
    strangers = [name for group in groups.values() for name in group["hosts"] if name not in hosts]
    shape = (sorted(map(sorted, hosts.values())), sorted(len(group["hosts"]) for group in groups.values()))
    return Reading((tuple(tree), *shape), _texts_of_yaml(text), (*names, *illegal, *strangers, *_filled_in(text)))


def read_nornir(written: bytes) -> Reading:
    text = written.decode("utf-8")
    hosts = yaml.safe_load(text)
    shape = [(tuple(host), tuple(host["data"]), len(host["data"]["kitscan_groups"])) for host in hosts.values()]
    return Reading(tuple(shape), _texts_of_yaml(text), tuple(_filled_in(text)))


def read_router_db(written: bytes) -> Reading:
    """A line that is no comment is a device to log in to."""
    lines = written.decode("utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    broken = [row for row in rows if re.fullmatch(r"[\w.-]+:[\w.]+:[a-z]\w*(:[\w.-]+)?", row) is None]
    return Reading((len(rows), len(lines)), tuple(lines), tuple(broken))


def _texts_of_yaml(text: str) -> tuple[str, ...]:
    tokens = [token.value for token in yaml.scan(text) if isinstance(token, yaml.ScalarToken)]
    return (*tokens, *(line for line in text.split("\n") if line.startswith("#")))


def _filled_in(text: str) -> Iterator[str]:
    for token in yaml.scan(text):
        if isinstance(token, yaml.TagToken | yaml.AliasToken | yaml.AnchorToken):
            yield str(token)
        if isinstance(token, yaml.ScalarToken) and re.search(r"\{[{%#]", token.value):
            yield token.value


READERS: Mapping[str, Callable[[bytes], Reading]] = {
    "text": read_text,
    "html": read_html,
    "json": read_json,
    "jsonl": read_json_lines,
    "csv": read_csv,
    "markdown": read_markdown,
    "junit": read_xml,
    "components": read_csv,
    "xlsx": read_workbook,
    "cyclonedx": read_cyclonedx,
    "sarif": read_sarif,
    "prometheus": read_prometheus,
    "ansible": read_ansible,
    "nornir": read_nornir,
    "oxidized": read_router_db,
    "pdf": read_pdf,
}
"""A reader for each format by its name. A format without one fails tests/unit/test_hostile_formats.py."""


class _Page(HTMLParser):
    """The start tags of a page with the names of their attributes, its texts, and what would act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.acting: list[str] = []
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag in ("script", "style")
        self.tags.append((tag, *(name for name, _ in attrs)))
        for name, value in attrs:
            if name.startswith("on") or (name in ("href", "src", "action") and not VOID_ADDRESS.match(value or "")):
                self.acting.append(f"{tag} {name}={value}")
            if not self._in_code:
                self.texts.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
        self.tags.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.texts.extend(data.split("\n"))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_pi(self, data: str) -> None:
        self.acting.append(data)

    def unknown_decl(self, data: str) -> None:
        self.acting.append(data)


def _acts(token: Token) -> bool:
    """True for markup that loads, links or is HTML."""
    return token.type in ("html_block", "html_inline", "image") or token.type.startswith("link")


def _ascii(written: bytes) -> str:
    """The text of a contract for programs: printable ASCII, and line ends."""
    assert not [octet for octet in written if not 0x20 <= octet < 0x7F and octet != 0x0A]
    return written.decode("ascii")


def _shape(value: object, path: str = "") -> Iterator[str]:
    """JSON without its texts and numbers: the path of each, and its type."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _shape(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _shape(item, f"{path}[{number}]")
    else:
        yield f"{path}: {type(value).__name__}"


def hidden_characters(text: str) -> Iterator[str]:
    """The characters of a text that act on a terminal or have no shape."""
    return (f"U+{ord(character):04X}" for character in text if not character.isprintable())
