"""`kitscan scan --probe web --probe telnet` from end to end: one device on loopback, and no credential."""

import asyncio
import json
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.agents.web_servers import certificate, name

ADDRESS = "127.77.0.1"
PAGE = b"HTTP/1.1 200 OK\r\nServer: GoAhead-Webs\r\nContent-Length: 21\r\n\r\n<title>Login</title>\r\n"
BANNER = b"\xff\xfb\x01\r\nWarning: Telnet is not a secure protocol, and it is recommended to use Stelnet.\r\nUsername:"


def may_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as asyncio does
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


pytestmark = pytest.mark.skipif(not all(map(may_open, (23, 80, 443))), reason="the usual ports cannot be opened here")


async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, OSError):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(PAGE)
        await writer.drain()
    writer.close()


async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(BANNER)
    with suppress(OSError):
        await reader.read(-1)
    writer.close()


async def scanned(folder: Path) -> dict[str, Any]:
    """The document of a scan of the device."""
    command = ("-m", "scanner.cli.main", "scan", ADDRESS, "--probe", "web", "--probe", "telnet", "--format", "json")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=pipe, stderr=pipe, cwd=folder)
    printed, message = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode in (0, 1), message.decode()
    document: dict[str, Any] = json.loads(printed)
    return document


async def test_a_device_that_only_shows_a_certificate_and_a_banner_is_named(tmp_path: Path) -> None:
    authority = name(country_name="CN", organization_name="Huawei", common_name="Huawei Equipment CA")
    subject = name(country_name="CN", organization_name="Huawei", common_name="2102350DMR10J8000345")
    context = certificate(subject, authority).context(tmp_path)
    async with (
        await asyncio.start_server(page, ADDRESS, 443, ssl=context),
        await asyncio.start_server(page, ADDRESS, 80),
        await asyncio.start_server(banner, ADDRESS, 23),
    ):
        document = await scanned(tmp_path)
    (device,) = document["devices"]
    identity = device["identity"]
    assert (identity["vendor"]["id"], identity["level"], identity["os"]) == ("huawei", "probable", "VRP")
    assert {(claim["source"], claim["rule"]) for claim in identity["claims"]} == {
        ("web.certificate", "huawei-device-authority"),
        ("web.certificate", "certificate-issued"),
        ("telnet.banner", "huawei-telnet-vrp"),
    }
    assert [tie["entity"] for tie in device["watched"]] == ["huawei"]
