"""The document that every format writes, its overview, its shared tables and its wording."""
