"""Writes the pages of docs/reference: `python -m tests.project.reference`."""

from tests.project.reference.pages import FOLDER, pages

if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
