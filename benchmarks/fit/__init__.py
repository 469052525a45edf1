"""How reliable each kind of evidence is, counted in labelled recordings."""
