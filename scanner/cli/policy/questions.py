"""The three questions of `kitscan policy choose`, asked at the terminal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from fingerprints.model.errors import Flaw
from reports.policy.jurisdictions import Jurisdictions
from reports.policy.vocabulary_file import read_vocabulary
from scanner.cli.assessment.policy_choice import read_bound_by

AnswerWords = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What an operator answered. Nothing, or None, for what it left open."""

    jurisdictions: AnswerWords = ()
    roles: AnswerWords = ()
    folder: Path | None = None
    as_of: date | None = None


def ask(given: Answers, places: Jurisdictions) -> Answers:
    """The answers that are given, and those to the questions that they leave open."""
    answers = given
    if not answers.jurisdictions:
        answers = replace(answers, jurisdictions=_ask_where(places))
    if not answers.roles:
        answers = replace(answers, roles=_ask_what(places))
    if answers.folder is None and answers.as_of is None:
        folder, as_of = _ask_own()
        answers = replace(answers, folder=folder, as_of=as_of)
    return answers


def _ask_where(places: Jurisdictions) -> AnswerWords:
    def flaws_of(words: AnswerWords) -> tuple[Flaw, ...]:
        nothing = (Flaw("where", "an answer is needed", "a country, such as de or Germany"),)
        return read_bound_by(words, (), places)[1] if words else nothing

    return _ask("1. Where do you operate? Countries, with commas between (de, se)", flaws_of)


def _ask_what(places: Jurisdictions) -> AnswerWords:
    meanings = read_vocabulary().roles
    for number, (role, meaning) in enumerate(meanings.items(), 1):
        click.echo(f"  {number:>2}  {role}: {meaning}", err=True)
    roles = dict(enumerate(meanings, 1))

    def named(words: AnswerWords) -> AnswerWords:
        return tuple(roles.get(int(word), word) if word.isdecimal() else word for word in words)

    question = "2. What are you? Numbers or names, with commas between; nothing means all of these"
    return named(_ask(question, lambda words: read_bound_by((), named(words), places)[1]))


def _ask_own() -> tuple[Path | None, date | None]:
    question = "3. A folder of policies of your own, or a day to judge by (2026-01-31)? Nothing means neither"
    words = _ask(question, lambda words: tuple(flaw for word in words if (flaw := _flaw_of(word))))
    days, folders = [], []
    for word in words:
        day = _day(word)
        if day is None:
            folders.append(Path(word))
        else:
            days.append(day)
    return (folders[-1] if folders else None), (days[-1] if days else None)


def _flaw_of(word: str) -> Flaw | None:
    if _day(word) is not None or Path(word).is_dir():
        return None
    return Flaw("own", f"{word!r} is neither a folder nor a date", "a folder that is there, or such as 2026-01-31")


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _ask(question: str, flaws_of: Callable[[AnswerWords], tuple[Flaw, ...]]) -> AnswerWords:
    """The words of an answer. Asks again where one means nothing, and says what it expects instead."""
    while True:
        answer = str(click.prompt(question, default="", show_default=False, err=True))
        words = tuple(word.strip() for word in answer.split(",") if word.strip())
        flaws = flaws_of(words)
        for flaw in flaws:
            click.echo(f"   {flaw.problem}; expected {flaw.expected}", err=True)
        if not flaws:
            return words
