"""What a web service tells without a login: its certificate, and the answer to one GET."""
