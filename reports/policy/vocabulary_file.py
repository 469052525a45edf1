"""The file that holds the vocabulary of segments and groups."""

from pathlib import Path

from fingerprints.database.yaml_file import FileModel, read_yaml
from reports.policy.vocabulary import Segment, Tier, Vocabulary

FILE = Path(__file__).with_name("vocabulary.yaml")


class _SegmentEntry(FileModel):
    id: str
    tier: Tier
    within: str | None = None
    functions: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()
    equipment: bool = True


class _GroupEntry(FileModel):
    id: str
    segments: tuple[str, ...]


class _VocabularyFile(FileModel):
    planes: tuple[str, ...]
    generations: tuple[str, ...]
    site_types: tuple[str, ...]
    roles: dict[str, str]
    segments: tuple[_SegmentEntry, ...]
    groups: tuple[_GroupEntry, ...]


def read_vocabulary(path: Path = FILE) -> Vocabulary:
    """The vocabulary that ships with kitscan. Raises DataFileError."""
    file = read_yaml(path, _VocabularyFile)
    segments = [
        Segment(entry.id, entry.tier, entry.within, entry.functions, entry.generations, entry.equipment)
        for entry in file.segments
    ]
    groups = {entry.id: entry.segments for entry in file.groups}
    return Vocabulary(segments, groups, file.planes, file.generations, file.site_types, file.roles)
