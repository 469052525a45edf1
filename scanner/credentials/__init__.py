"""Credentials: references to secrets, which address may be offered which, and the breaker that prevents lockouts."""
