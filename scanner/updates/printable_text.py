"""Text of others made fit to print: a server, a publisher or a rule pack may have put control characters into it."""


def printable(text: str, replacement: str = "?") -> str:
    """The text with each character that cannot be printed replaced."""
    return "".join(character if character.isprintable() else replacement for character in text)
