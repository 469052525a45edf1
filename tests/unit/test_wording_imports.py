"""A report's words cost no more to import than words do."""

import subprocess
import sys

HEAVY = ("fingerprints.database", "fingerprints.identity", "pydantic", "sqlalchemy", "networkx")


def test_printing_a_word_loads_neither_the_identifier_nor_its_data() -> None:
    code = "import sys, reports.document.wording; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert [module for module in HEAVY if module in loaded] == []
