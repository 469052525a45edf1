"""`kitscan targets show`, and what every command says of the lists that it read."""
