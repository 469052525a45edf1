"""What `kitscan scan` shares of whom it follows, and whom it asks again."""
