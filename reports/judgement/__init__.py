"""Where a device stands, and what each dated policy says of it there."""
