"""Model, version, serial and maker from command output of any platform: from labelled fields, from tables with a column
for them, and from the records of ntc-templates.

Rules (database/rules.py) know product families and prove makers; they outweigh what this module reads.
"""

from collections.abc import Iterator, Sequence

from fingerprints.claims.attribute import plausible
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, serial_claims
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.front import front_guesses
from fingerprints.sources.cli.labels import (
    NO_PART,
    attribute_of,
    describes_device,
    fields_of,
    is_identity_command,
    is_of_processor,
    is_part_label,
    kind_of,
    named_values,
    own_section,
    title_points,
    value_of,
    whole_label,
)
from fingerprints.sources.cli.layout import OutputSection, lines_of, sections_in
from fingerprints.sources.cli.part_commands import lists_parts_only
from fingerprints.sources.cli.parts.command_parts import lists_parts
from fingerprints.sources.cli.parts.inventory_list import (
    InventoryEntity,
    box_entity,
    inventory_entities,
    is_named_box,
    udi_entities,
)
from fingerprints.sources.cli.parts.junos import chassis_row
from fingerprints.sources.cli.parts.parts_in_tables import BoxRow, rows_in_tables
from fingerprints.sources.cli.running_image import image_points, running_image
from fingerprints.sources.cli.tables import BOX_NAME, box_row, rows_of
from fingerprints.sources.cli.templates import Record
from fingerprints.sources.cli.version_table import version_in_table


def command_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The claims and attributes in the output of commands that identify the device."""
    for output in index.of(Source.SSH_COMMAND):
        lines = lines_of(output)
        sections = sections_in(lines)
        is_about_box = is_identity_command(output.at) or describes_device(output.at, sections)
        entities = (*inventory_entities(lines), *udi_entities(lines))
        if lists_parts(output.at):
            yield from _table_items(lines, output, database)
            yield from _entity_items(entities, output, database)
        if is_about_box:
            yield from _field_items(sections, output, database)
            yield from _front_items(lines, output, database)
            version = version_in_table(lines, database.attribute_scores)
            yield from attribute_items(database, AttributeName.VERSION, version, "command-general", output, -2)
            if not entities and not lists_parts_only(output.at):
                yield from _template_items(rows_of(index, output, database), output, database)


def _field_items(
    sections: Sequence[OutputSection], output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """Fields by their labels. Fields of the device's own section get the most points; of the others, the first of a
    name gets more than those after it."""
    box = own_section(output.at, sections, database)
    is_of_parts = lists_parts_only(output.at) and box is None
    running = running_image(sections)
    seen: dict[AttributeName, int] = {}
    for section in sections:
        is_part = section is not box and (kind_of(section.title) or NO_PART.search(section.title)) is not None
        if section.is_record and section is not box:
            continue
        standing = (3 if section is box else 0) - (8 if is_part else 0)
        for own_label, text in section.fields:
            label = whole_label(section.title, own_label)
            name = attribute_of(label)
            for told, said in named_values(label, text):
                yield from attribute_items(database, told, said, "command-general", output)
            by_image = image_points(f"{section.title} {label}", running) if name is AttributeName.VERSION else 0
            of_part = (name is AttributeName.SERIAL and is_part_label(label)) or is_of_processor(label)
            of_part = of_part or (is_of_parts and name is not AttributeName.VERSION)
            if name is not None and by_image is not None and not of_part:
                extra = standing + by_image + _label_points(name, label, database) - min(seen.get(name, 0), 4)
                seen[name] = seen.get(name, 0) + 1
                extra += title_points(section.title) if name is AttributeName.VERSION else 0
                yield from attribute_items(database, name, value_of(text, name), "command-general", output, extra)
    for serial in [*fields_of(box, AttributeName.SERIAL, database)][:1] if box is not None else ():
        yield from serial_claims(database, serial, output)


def _front_items(lines: Sequence[str], output: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What the lines say with which the device introduces itself."""
    for guess in front_guesses(lines, database):
        yield from attribute_items(database, guess.name, guess.text, "command-general", output, guess.points)


def _label_points(name: AttributeName, label: str, database: FingerprintDatabase) -> int:
    """Points for the words of a label."""
    words = database.attribute_scores.points(name, label.replace("_", " ").title().replace(" ", ""))
    of_part = 4 if is_part_label(label) else 0
    of_part += 2 if name is AttributeName.VERSION and label.lower() == "fw" else 0
    of_part -= 3 if name is AttributeName.VERSION and "application software" in label.lower() else 0
    return max(min(words, 4), -8) - of_part


def _table_items(lines: Sequence[str], output: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The rows of tables that are the box itself; rows of cards and other parts are none."""
    _, boxes = rows_in_tables(output.at, lines, database.attribute_scores)
    chassis = chassis_row(lines)
    if chassis is not None:
        boxes = (BoxRow(chassis.description, chassis.serial, 0), *boxes)
    for box in boxes[:12]:
        for name, text, less in ((AttributeName.SERIAL, box.serial, 0), (AttributeName.MODEL, box.model, 2)):
            if text:
                yield from attribute_items(database, name, text, "command-general", output, -less - min(box.later, 6))


def _entity_items(
    entities: Sequence[InventoryEntity], output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The model and serial number of the device in an inventory."""
    box = box_entity(entities)
    if box is not None:
        extra = 0 if is_named_box(box) else -6
        yield from attribute_items(database, AttributeName.MODEL, box.pid, "command-template", output, extra)
        yield from attribute_items(database, AttributeName.SERIAL, box.serial, "command-template", output, extra)


def _template_items(
    rows: Sequence[Record], output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The device's own fields in the first rows of a template, or in the row of an inventory that is the device."""
    if not rows:
        return
    if "pid" in rows[0]:
        box = box_row(rows)
        known = any(BOX_NAME.search(row.get("name", "")) for row in rows)
        for name, text in ((AttributeName.MODEL, box.get("pid", "")), (AttributeName.SERIAL, box.get("sn", ""))):
            yield from attribute_items(
                database, name, text, "command-template", output, 0 if known or "name" in box else -6
            )
        return
    for attribute, columns in database.command_line_platforms.columns.items():
        name = AttributeName(attribute)
        text = next(
            (
                text
                for row in rows[:3]
                for column in columns
                if (text := row.get(column, "")) and _is_plausible(name, text, database)
            ),
            "",
        )
        yield from attribute_items(database, name, text, "command-template", output)


def _is_plausible(name: AttributeName, text: str, database: FingerprintDatabase) -> bool:
    return plausible(name, text, database.attribute_scores) is not None
