"""What each library walks: the columns of the simulated agents that kitscan requests of real ones, and addresses."""

from ipaddress import IPv4Address

SYSTEM = tuple(f"1.3.6.1.2.1.1.{number}.0" for number in range(1, 7))

TABLES = tuple(
    tuple(f"{table}.{column}" for column in columns)
    for table, columns in (
        ("1.3.6.1.2.1.2.2.1", (2, 3, 5, 6, 7, 8)),
        ("1.3.6.1.2.1.31.1.1.1", (1, 15, 18)),
        ("1.3.6.1.2.1.47.1.1.1.1", (2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13)),
        ("1.3.6.1.2.1.4.22.1", (1, 2, 3, 4)),
    )
)

USER, AUTH_PASSWORD, PRIV_PASSWORD = "v3user", "authpass123", "privpass123"
"""The simulator's user: HMAC-SHA-256 and AES-256."""


def addresses(count: int) -> list[str]:
    """So many addresses on loopback."""
    first = int(IPv4Address("127.1.0.1"))
    return [str(IPv4Address(first + number)) for number in range(count)]
