"""`kitscan runs`: the runs of a store, listed, pruned, and carried to other stores."""
