"""`kitscan policy`: the policies that ship with kitscan, the user's own, and which of them are for whom."""
