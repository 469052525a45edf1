"""Which pages there are, each with its text as the source has it now."""

from tests.project.reference.commands import commands_page
from tests.project.reference.files import FILES, file_page
from tests.project.source_code import ROOT

FOLDER = ROOT / "docs" / "reference"


def pages() -> dict[str, str]:
    """Each page of docs/reference by its file name."""
    return {"commands.md": commands_page()} | {file.page: file_page(file) for file in FILES}
