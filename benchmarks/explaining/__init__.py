"""What `kitscan explain` of one device of a large run takes: a benchmark on made-up devices."""
