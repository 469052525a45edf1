"""pysnmp's v1arch asks neighbours for sysDescr and sysObjectID: `python by_pysnmp.py FIRST COUNT PORT`. It prints how
many answered."""

import asyncio
import ipaddress
import sys

from pysnmp.hlapi.v1arch.asyncio import SnmpDispatcher, UdpTransportTarget, get_cmd
from pysnmp.hlapi.v1arch.asyncio.auth import CommunityData
from pysnmp.smi.rfc1902 import ObjectIdentity, ObjectType

AT_ONCE = 1_000
ASKED = ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0")


async def main(first: int, count: int, port: int) -> int:
    """Send each address one request, some at a time, as pysnmp's documentation shows."""
    dispatcher, waiting, answered = SnmpDispatcher(), iter(range(first, first + count)), []

    async def worker() -> None:
        for number in waiting:
            where = await UdpTransportTarget.create((str(ipaddress.ip_address(number)), port), timeout=1, retries=0)
            names = [ObjectType(ObjectIdentity(name)) for name in ASKED]
            trouble, *_ = await get_cmd(dispatcher, CommunityData("public", mpModel=1), where, *names)
            if not trouble:
                answered.append(number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(answered)


if __name__ == "__main__":
    print(asyncio.run(main(int(ipaddress.ip_address(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))))
