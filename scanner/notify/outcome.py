"""What became of a notice at each destination."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination took it; `events` counts what it was told. By UDP nobody confirms that it arrived."""

    destination: str
    events: int
    notice_id: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing happened that the destination wants, so it was sent nothing."""

    destination: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not get there: why, and what to do. No word comes from a URL, a key or an answer."""

    destination: str
    problem: str
    next_step: str


NoticeOutcome = Delivered | Quiet | Failed
