"""The command line of a simulated device: it takes characters, plays transcripts, and does nothing else."""

from collections.abc import Iterator

from scanner.simulator.device import Ssh

MAX_LINE = 1_000
"""The most characters of a typed line. The rest is dropped, as real devices do."""

SCREEN = 24
"""Lines that are shown before the pager stops."""


class Shell:
    """One session. `feed` takes typed characters and yields what the device shows. `over` is true after its end."""

    def __init__(self, ssh: Ssh) -> None:
        self.over = False
        self.received: list[str] = []
        """Every typed line, in order. The tests use it to prove that a scan only reads."""
        self._ssh = ssh
        self._typed = ""
        self._after_return = False
        self._paging = bool(ssh.pager)
        self._remaining: list[str] = []

    def open(self) -> str:
        """What the device shows before anything is typed."""
        return _lines(self._ssh.greeting) + "\r\n" + self._ssh.prompt

    def feed(self, typed: str) -> Iterator[str]:
        """What the device shows for these characters: their echo, output and prompts."""
        for character in typed:
            if self.over:
                return
            yield self._key(character)

    def _key(self, character: str) -> str:
        if self._remaining:
            return self._page(character)
        if character == "\n" and self._after_return:
            self._after_return = False
            return ""
        self._after_return = character == "\r"
        if character in "\r\n":
            line, self._typed = " ".join(self._typed.split()), ""
            return "\r\n" + self._run_line(line)
        if character in "\x7f\b":
            self._typed = self._typed[:-1]
            return "\b \b"
        if character == "\x03":
            self._typed = ""
            return "^C\r\n" + self._ssh.prompt
        if not character.isprintable() or len(self._typed) >= MAX_LINE:
            return ""
        self._typed += character
        return character

    def _run_line(self, line: str) -> str:
        if not line:
            return self._ssh.prompt
        self.received.append(line)
        if line in self._ssh.leave:
            self.over = True
            return ""
        if line in self._ssh.paging_off:
            self._paging = False
            return self._ssh.prompt
        return self._show(self._answer(line).splitlines())

    def _answer(self, line: str) -> str:
        """The output of a command. An abbreviation works if only one command begins with it, as on real devices."""
        commands = self._ssh.commands
        matches = [line] if line in commands else [command for command in commands if command.startswith(line)]
        if len(matches) == 1:
            return commands[matches[0]]
        return self._ssh.unknown.replace("{command}", line)

    def _show(self, lines: list[str]) -> str:
        if not self._paging or len(lines) <= SCREEN:
            return _lines("\n".join(lines)) + self._ssh.prompt
        self._remaining = lines[SCREEN:]
        return _lines("\n".join(lines[:SCREEN])) + self._ssh.pager

    def _page(self, key: str) -> str:
        wiped = "\r" + " " * len(self._ssh.pager) + "\r"
        lines, self._remaining = self._remaining, []
        return wiped + (self._ssh.prompt if key in "qQ\x03" else self._show(lines))


def _lines(text: str) -> str:
    return "".join(f"{line}\r\n" for line in text.splitlines())
