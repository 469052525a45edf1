"""Companies named in running text: whole names only, as the companies data spell them."""

import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.names_of_others import is_name_of_another
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Party

_WORDS = re.compile(r"[^\s,;:()\[\]\"\\|/<>]+")

_COPYRIGHT = re.compile(
    r"(?i:\(c\)|copyright|\u00a9)(?i:[\s,.:-]|\(c\)|\u00a9|copyright|\d{4}|present|all rights reserved|by\b|of\b){0,12}"
    r"(?P<holder>[A-Za-z0-9][^,;:\"|<>]{1,60})"
)
"""A copyright notice: years, then the holder."""

_IS_NOTICE = re.compile(r"(?i)\d{4}|copyright")
"""What stands beside a `(C)` that means a copyright, not degrees Celsius."""

_RELEASE = re.compile(r"^(?:Linux|FreeBSD|NetBSD|OpenBSD) (?:\S{1,64} )?\d{1,2}\.\d{1,3}(?P<build>[^ ]{0,80})")
"""A kernel's release as `uname -a` prints it. Makers who build a kernel put their names into its release."""

_BUILD_WORDS = re.compile(r"[^.+~_-]+")

_CAPITALS = re.compile(r"^[A-Z]{4,20}(?=[a-z]{2,8}$)")
"""A maker's name in capitals, with the kernel's flavour behind it: 2.6.34-ACMEsmp."""

_JOINED = re.compile(r"^(?P<name>[A-Za-z0-9]{4,20})[-_](?=[\w./+-]{0,20}\d)")
"""A maker's name joined to a model: Acme-QX100."""

_LEGAL_FORM = re.compile(r"(?i)^,? ?(?:inc|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|sa|ab|plc|systems)\b")
"""The start of what follows a company's name that is written in full."""

_OF_OTHERS = re.compile(
    r"(?i)(?:\b(?:(?<!made )(?<!manufactured )(?<!built )for|at|on|to|with|like|via|near|versus"
    r"|monitor(?:s|ing)|polling"
    r"|customer|client|site|location|contact|tenant"
    r"|(?:managed|operated|owned|maintained|monitored|hosted|installed|leased|used) by)\b|@)\W{0,3}$"
)
"""Words before a company's name that is not the maker's: a user's, a customer's, or that of other equipment."""

_LIKENESS = re.compile(
    r"(?i)^\W{0,2}(?:like|style|styled|compatible|emulation|emulator|simulator|clone|certified|approved|monitoring|drivers?|plug-?in"
    r"|collector|exporter|poller)\b"
)
"""Words behind a company's name that is not the maker's: the device is like the company's, or serves such devices."""

_PARTS = ("|", ";", ":")
"""Marks behind which another part of a text opens."""

MIN_LOWER_CASE = 6
"""Letters of a name that is told from a word of the language even in lower case."""

MAX_NAMING = 160
"""Characters of a text that may be there to name a company."""

MAX_SHORT = 4
"""Letters and digits of a name that is too short to be told from other words by its letters alone."""

MAX_NAME_WORDS = 8
"""Words at the front of a text that are compared with an organisation's name."""

_DOMAIN = re.compile(r"(?i)(?:@|://|\bwww\.)(?P<domain>(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,6})\b")
"""The domain of a web or mail address."""

_PUBLIC_LABELS = frozenset(("www", "co", "com", "net", "org"))
"""Labels of a domain that are not its owner's name: acme.com.tw."""

_CABLE_MODEM = re.compile(r"<<.{0,200}?\bVENDOR: {0,2}(?P<maker>[^;<>]{2,60});")
"""The sysDescr that DOCSIS prescribes: `<<HW_REV: 1; VENDOR: Acme; BOOTR: 2; SW_REV: 3; MODEL: A1>>`."""

MAX_WORDS = 40
"""Words of a text that are searched for a company's name."""


def names_in(text: str, database: FingerprintDatabase, of_factory: bool = False) -> Iterator[tuple[Party, str, int]]:
    """Companies whose whole name is in a text, the words of the name, and the number of its first word. Of names that
    begin at one word the longest counts. A name of at most MAX_SHORT characters counts only as it is spelt, where it
    opens the text or a part of it, or has a legal form behind it; an everyday name further on only with a legal form.
    Names of users and of other equipment do not count, nor does a watched name within a place's or an organisation's,
    unless the text is `of_factory`: a factory does not write where a box stands."""
    text = text[:400]
    words = [*islice(_WORDS.finditer(text), MAX_WORDS)]
    place = 0
    while place < len(words):
        taken = 1
        for count in (3, 2, 1):
            phrase = " ".join(word.group() for word in words[place : place + count])
            named = database.named(phrase) if place + count <= len(words) and _namelike(phrase) else None
            if named is not None:
                before, rest = text[: words[place].start()], text[words[place + count - 1].end() :]
                if _counts(phrase, before, rest, database):
                    taken = count
                    if of_factory or not _is_of_another(named, before, rest, text, database):
                        yield named, phrase, place
                    break
        place += taken


def names_of_text(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """Companies that a short text names and hardly can mean otherwise, and the words of the name: the text as a whole,
    or words with a legal form behind them."""
    if not 2 < len(text) <= MAX_NAMING or not any(map(str.isupper, text)):
        return
    all_words = _WORDS.findall(text)
    for party, words, place in names_in(text, database):
        length = len(words.split(" "))
        rest = all_words[place + length :]
        formed = any(map(_LEGAL_FORM.match, (*all_words[place + 1 : place + length], *rest[:1])))
        is_whole = place == 0 and not rest and len(words) > MAX_SHORT and not _is_everyday(words, database)
        if formed or is_whole:
            yield party, words


def lower_case_name(text: str, database: FingerprintDatabase) -> tuple[Party, str] | None:
    """The company whose name opens a text in lower case, and the name as the text has it."""
    first = _WORDS.match(text)
    if first is None or not first.group().islower() or sum(map(str.isalpha, first.group())) < MIN_LOWER_CASE:
        return None
    if _is_everyday(first.group(), database) or _LIKENESS.match(text[first.end() :]):
        return None
    named = database.named(first.group())
    if named is None or _is_of_another(named, "", text[first.end() :], text, database):
        return None
    return named, first.group()


def joined_name(text: str, database: FingerprintDatabase) -> tuple[Party, str] | None:
    """The company whose name opens a text, joined to a model by a hyphen, and the words of the name."""
    joined = _JOINED.match(text)
    named = database.named(joined["name"]) if joined is not None and _namelike(joined["name"]) else None
    if joined is None or named is None or not _counts(joined["name"], "", "", database):
        return None
    if _is_everyday(joined["name"], database):
        return None
    return named, joined["name"]


def _counts(phrase: str, before: str, rest: str, database: FingerprintDatabase) -> bool:
    """Whether a company's name between two parts of a text means the maker."""
    if _OF_OTHERS.search(before[-24:]) or _LIKENESS.match(rest):
        return False
    is_first = not before or before.rstrip().endswith(_PARTS)
    if is_first or _LEGAL_FORM.match(rest):
        return sum(map(str.isalnum, phrase)) > MAX_SHORT or database.companies.is_spelt(phrase)
    return sum(map(str.isalnum, phrase)) > MAX_SHORT and not _is_everyday(phrase, database)


def _is_of_another(party: Party, before: str, rest: str, text: str, database: FingerprintDatabase) -> bool:
    """Whether a watched company's name is part of another's name, or of a place's."""
    company = database.companies.get(party.id)
    if company is None or not database.companies.watched_behind(company.id):
        return False
    return is_name_of_another(company, before, rest, text)


def is_within_anothers_name(party: Party, words: str, text: str, database: FingerprintDatabase) -> bool:
    """True if the words that name a watched company in a free text are part of another's name, or of a place's, where
    they first stand. False if the text does not hold them."""
    before, found, rest = text.partition(words)
    return bool(words and found) and _is_of_another(party, before, rest, text, database)


def opens_with_name(text: str, name: str) -> str | None:
    """The words of a text that are an organisation's whole name, two words at least, where the text opens with it; a
    legal form may be missing. None where it opens with something else."""
    folded = normalised(name)
    words = [*islice(_WORDS.finditer(text[:MAX_NAMING]), MAX_NAME_WORDS)]
    openings = (text[: word.end()] for word in words[1:])
    return next((opening for opening in openings if normalised(opening) == folded), None)


def _is_everyday(phrase: str, database: FingerprintDatabase) -> bool:
    """Whether a company's name is also a word of the language, or the name of a person or a place."""
    return phrase.rstrip(",.").lower() in database.weights.everyday_names


def copyright_holders(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """Companies that a text's copyright notices name, and the words of the name."""
    for notice in islice(_COPYRIGHT.finditer(text[:1000]), 4):
        if notice.group().startswith("(") and not _IS_NOTICE.search(text[notice.start() : notice.start("holder")]):
            continue
        words = _WORDS.findall(notice["holder"])
        for count in (4, 3, 2, 1):
            phrase = " ".join(words[:count])
            named = database.named(phrase) if len(words) >= count else None
            if named is not None and (count > 1 or _namelike(phrase)):
                yield named, phrase
                break


def kernel_builders(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """Companies whose name is part of a kernel's release: 2.6.32-279.el6.f5.x86_64, 4.15.0-72-rubrik6-generic."""
    release = _RELEASE.match(text)
    for word in _BUILD_WORDS.findall(release["build"]) if release is not None else ():
        capitals = _CAPITALS.match(word)
        bare = capitals.group() if capitals is not None else word.rstrip("0123456789")
        named = database.named(word) or (database.named(bare) if len(word) > MAX_SHORT else None)
        if named is not None and not _is_everyday(bare, database):
            yield named, word


def domains_in(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """Companies whose name is the domain of an address in a text. Watched companies are left out and have rules of
    their own: their staff put their addresses on many devices that they only maintain."""
    for address in islice(_DOMAIN.finditer(text[:400]), 4):
        owned = [label for label in address["domain"].split(".")[:-1] if label.lower() not in _PUBLIC_LABELS]
        known = database.companies.by_name(owned[-1]) if owned else None
        if known is not None and not known.watched:
            yield Party(known.id, known.name), address.group(0)


def cable_modem_maker(text: str, database: FingerprintDatabase) -> tuple[Party, str] | None:
    """The maker in a cable modem's sysDescr, known to the companies data or not, and the words that name it."""
    match = _CABLE_MODEM.search(text[:600])
    return (database.registered(match["maker"].strip()), match["maker"].strip()) if match is not None else None


def _namelike(phrase: str) -> bool:
    """Whether a phrase can be a name in running text: it opens with a capital, or with a digit and contains letters."""
    return len(phrase) >= 2 and (phrase[0].isupper() or (phrase[0].isdigit() and any(map(str.isalpha, phrase))))
