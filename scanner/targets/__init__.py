"""What the user named, turned into addresses: one module a kind of list."""
