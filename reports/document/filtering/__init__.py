"""Some of a document's devices: which ones, and the words that say so."""
