"""`kitscan targets`: the group, and the commands that hold lists against what answered."""
