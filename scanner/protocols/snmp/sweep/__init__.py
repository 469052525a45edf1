"""Who is there: which addresses of a range show any sign of life."""
