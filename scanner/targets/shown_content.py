"""What an inventory holds, without the secrets that people write into names: `admin:password@core1` as a host's name.

Readers drop the values whose keys name a secret. This is the last look at what is left, whatever the kind.
"""

import re
from dataclasses import replace

from fingerprints.model.secret_names import first_word, without_secrets
from scanner.targets.entry import DeclaredLink, InventoryContent, InventoryEntry, InventoryNote, SkippedEntry
from scanner.targets.target_syntax import WordError, parse_word

_MAY_HOLD_ONE = re.compile(r"[\s:=@]")
_LOGIN = re.compile(r"[\w.@\\$+-]{1,64}")


def shown_content(content: InventoryContent) -> InventoryContent:
    """The content with no secret in any label, place, name, detail or note. The words of targets stay as they are: they
    are read as addresses or names, or refused."""
    return replace(
        content,
        entries=tuple(map(_entry, content.entries)),
        skipped=tuple(map(_skipped, content.skipped)),
        unread=tuple(map(_plain, content.unread)),
        notes=tuple(InventoryNote(note.kind, _plain(note.subject)) for note in content.notes),
        prefixes=tuple(
            replace(listed, role=_plain(listed.role), site=_plain(listed.site), vrf=_plain(listed.vrf))
            for listed in content.prefixes
        ),
        links=tuple(
            DeclaredLink(*map(_plain, (link.a_name, link.a_interface, link.b_name, link.b_interface)))
            for link in content.links
        ),
    )


def shown_word(word: str) -> str:
    """The word of a target as output may show it: of what is no target no more than an error quotes."""
    try:
        parse_word(word)
    except WordError:
        return first_word(word)
    return word


def _entry(entry: InventoryEntry) -> InventoryEntry:
    labels = tuple(dict.fromkeys(map(_plain, entry.labels)))
    user = entry.user if _LOGIN.fullmatch(entry.user) else ""
    place = _plain(entry.place)
    attributes = tuple(pair for pair in entry.attributes if pair[1] != entry.user or user)
    if (labels, user, place, attributes) == (entry.labels, entry.user, entry.place, entry.attributes):
        return entry
    return replace(entry, labels=labels, user=user, place=place, attributes=attributes)


def _skipped(skipped: SkippedEntry) -> SkippedEntry:
    return replace(skipped, place=_plain(skipped.place), name=_plain(skipped.name), detail=_plain(skipped.detail))


def _plain(text: str) -> str:
    return without_secrets(text) if _MAY_HOLD_ONE.search(text) else text
