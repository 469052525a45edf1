"""Messages on standard error that are kept back until it is known whether anybody should see them: cron mails each."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import StringIO


@dataclass(slots=True)
class HeldMessages:
    """What was said so far. After `release` it is shown when the block ends; an error shows it in any case."""

    text: StringIO = field(default_factory=StringIO)
    is_released: bool = False

    def release(self) -> None:
        """Show what is held, and what still comes."""
        self.is_released = True


@contextmanager
def held_messages(hold: bool) -> Iterator[HeldMessages]:
    """Keep messages back while the block runs, if `hold` says so."""
    held = HeldMessages()
    if not hold:
        yield held
        return
    try:
        with redirect_stderr(held.text):
            yield held
    except BaseException:
        held.release()
        raise
    finally:
        if held.is_released:
            sys.stderr.write(held.text.getvalue())
