"""What a reader of any format asks first: how many, what is missing, and what to do."""
