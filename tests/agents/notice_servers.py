"""Servers on loopback that take notices, well and badly."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Posted:
    """What a server was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpServer:
    url: str
    posted: list[Posted] = field(default_factory=list)


@contextmanager
def http_server(*answers: int, certificate: tuple[Path, Path] | None = None) -> Iterator[HttpServer]:
    """A server that gives each answer in turn, and the last one for ever after."""
    server = HttpServer("")
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.posted.append(Posted(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Location", f"{server.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server.url = f"{'https' if certificate else 'http'}://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


@contextmanager
def tcp_server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that treats each connection so."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        threading.Thread(target=run, daemon=True).start()
        yield listening.getsockname()[1]


def drip(connection: socket.socket) -> None:
    """An answer of which an octet comes now and then, and never its end."""
    try:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X")
            time.sleep(0.05)
    except OSError:
        return


@dataclass
class MailServer:
    """What a mail server was given: the whole conversation of its client, line by line."""

    lines: list[str] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        """A few lines of SMTP (RFC 5321)."""
        in_data = False
        with connection.makefile("rwb") as stream:

            def answer(line: str) -> None:
                stream.write(f"{line}\r\n".encode())
                stream.flush()

            answer("220 mail.example")
            for octets in stream:
                line = octets.decode().rstrip("\r\n")
                self.lines.append(line)
                if in_data:
                    if line == ".":
                        in_data = False
                        answer("250 taken")
                elif line.upper() == "DATA":
                    in_data = True
                    answer("354 go on")
                elif line.upper() == "QUIT":
                    answer("221 bye")
                    return
                else:
                    answer("250 mail.example")


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that is signed by itself, for 127.0.0.1, and its key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
