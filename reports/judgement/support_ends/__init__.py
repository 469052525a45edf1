"""The end of a maker's support: the reasons that a judgement of it has."""
