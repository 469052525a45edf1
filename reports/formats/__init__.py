"""One module or folder for each format; `registry` lists them. A format reads the document and nothing else."""
