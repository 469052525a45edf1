"""How often kitscan names the right maker: a benchmark on recordings whose makers are known (docs/accuracy.md)."""
