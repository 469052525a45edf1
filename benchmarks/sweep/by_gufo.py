"""gufo-snmp requests two objects of consecutive addresses: `python by_gufo.py FIRST COUNT PORT`. It prints how many
answered."""

import asyncio
import ipaddress
import sys

from gufo.snmp.aio import SnmpSession

AT_ONCE = 1_000
ASKED = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0")


async def main(first: int, count: int, port: int) -> int:
    """Send each address one request, some at a time."""
    waiting, answered = iter(range(first, first + count)), []

    async def worker() -> None:
        for number in waiting:
            address = str(ipaddress.ip_address(number))
            try:
                async with SnmpSession(addr=address, port=port, community="public", timeout=1.0) as session:
                    await session.get_many(list(ASKED))
            except (TimeoutError, OSError):
                continue
            answered.append(number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(answered)


if __name__ == "__main__":
    print(asyncio.run(main(int(ipaddress.ip_address(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))))
