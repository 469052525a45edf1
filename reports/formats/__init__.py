"""One module a format; each writes the document and reads nothing else."""
