"""Redaction: the same document with pseudonyms for all that names the operator's network and its people."""
