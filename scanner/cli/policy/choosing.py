"""`kitscan policy choose`: three questions, which policies the answers bring, and the answers in kitscan.yaml."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import parse_date
from scanner.cli.policy.kitscan_yaml import AS_OF, FOLDER, OPERATOR, operator_block, scalar_block, with_options
from scanner.cli.policy.options import JURISDICTION, ROLE
from scanner.config import Config, Operator, read_config
from scanner.project_file import CONFIG_FILE

if TYPE_CHECKING:
    from reports.policy.choice import BoundBy, Choice
    from scanner.cli.policy.questions import Answers


@click.command("choose")
@JURISDICTION
@ROLE
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="A folder of policies of your own."
)
@click.option("--as-of", callback=parse_date, metavar="DATE", help="Judge as on this day, not today.")
@click.option("--yes", is_flag=True, help="Ask nothing, and replace the operator that kitscan.yaml has.")
def choose_policies(
    jurisdictions: tuple[str, ...], roles: tuple[str, ...], folder: Path | None, as_of: date | None, yes: bool
) -> int:
    """Ask where you operate, what you are, and whether you have policies of your own; say which policies that brings
    and which not, and write it into kitscan.yaml.

    It asks only what no option answers. With --yes it asks nothing.
    """
    from reports.policy.choice import choose
    from reports.policy.jurisdictions import read_jurisdictions
    from scanner.cli.policy.options import bound_by_options, policies_here
    from scanner.cli.policy.questions import Answers, ask

    config, places = read_config(Path()), read_jurisdictions()
    answers = Answers(jurisdictions, roles, folder, as_of)
    if sys.stdin.isatty() and not yes:
        answers = ask(answers, places)
    if not answers.jurisdictions:
        raise click.UsageError('say where you operate and what you are: --jurisdiction de --role "mobile operator"')
    bound_by = bound_by_options(answers.jurisdictions, answers.roles, places)
    known = policies_here(answers.folder)
    day = answers.as_of or config.as_of or datetime.now(UTC).date()
    hidden = frozenset[str]() if config.include_unverified else known.from_memory
    for line in _describe(choose(tuple(known.by_id.values()), bound_by, day, places, hidden), day):
        click.echo(line)
    if config.operator != Operator() and not yes:
        _confirm(config.operator)
    _write(config, bound_by, answers)
    return 0


def _describe(choice: "Choice", day: date) -> Iterator[str]:
    from reports.document.policy_wording import left_out_text, without_policy_text
    from reports.document.wording import format_count

    yield f"{format_count(len(choice.chosen), 'policy', 'policies')} on {day.isoformat()}:"
    for policy in choice.chosen:
        yield f"  {policy.id:<28} {policy.title}"
    if choice.left_out:
        yield "left out:"
    for left_out in choice.left_out:
        yield f"  {left_out.id:<28} {left_out_text(left_out.reason)}"
    if choice.without_policy:
        yield without_policy_text(choice.without_policy)


def _confirm(operator: Operator) -> None:
    """Ask before the operator of kitscan.yaml is replaced. Raises KitscanError where nobody agrees."""
    click.echo(f"{CONFIG_FILE} has an operator:\n{operator_block(operator)}", err=True, nl=False)
    if not sys.stdin.isatty() or not click.confirm("Replace it?", err=True):
        raise KitscanError(f"{CONFIG_FILE}: its operator is left as it is", "add --yes to replace it")


def _write(config: Config, bound_by: "BoundBy", answers: "Answers") -> None:
    """Write the answers into kitscan.yaml. The policies that it names beside the operator stay."""
    codes = tuple(place.code.lower() for place in bound_by.jurisdictions)
    blocks = {OPERATOR: operator_block(Operator(codes, bound_by.roles, config.operator.policies))}
    if answers.folder is not None:
        blocks[FOLDER] = scalar_block(FOLDER, str(answers.folder))
    if answers.as_of is not None:
        blocks[AS_OF] = f"{AS_OF}: {answers.as_of.isoformat()}\n"
    path = Path(CONFIG_FILE)
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        _replace(path.resolve(), with_options(text, blocks, Path()))
    except OSError as error:
        raise KitscanError(f"{path}: cannot be written ({error.strerror})", "run it in a folder of yours") from error
    click.echo(f"wrote operator into {path}")
    if config.policies:
        click.echo(f"{path} also names policies, and those win: remove the key to use what binds you", err=True)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises OSError."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(text.encode("utf-8"))
    if path.exists():
        partial.chmod(path.stat().st_mode & 0o777)
    partial.replace(path)
