"""The scanner's own words over TCP, spoken by a stand-in."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

import pytest

from uploads import scanner


class Clamd(socketserver.StreamRequestHandler):
    """Answers PING and INSTREAM as clamd does; "EICAR" is its virus."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        data = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        answer = b"stream: Sample FOUND" if b"EICAR" in data else b"stream: OK"
        self.wfile.write((b"stream: size limit exceeded. ERROR" if b"TOO BIG" in data else answer) + b"\0")


@pytest.fixture
def clamd(settings) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SCANNER_URL = f"clamd://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


def test_clean_and_not(clamd: None) -> None:
    assert scanner.is_there()
    assert scanner.is_clean(b"A" * 200_000)
    assert not scanner.is_clean(b"A" * 100_000 + b"EICAR")


def test_an_answer_that_says_neither_is_no_answer(clamd: None) -> None:
    with pytest.raises(scanner.Away, match="size limit"):
        scanner.is_clean(b"TOO BIG")


def test_nobody_there(settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SCANNER_URL = f"clamd://127.0.0.1:{free.getsockname()[1]}"
    assert not scanner.is_there()
    with pytest.raises(scanner.Away):
        scanner.is_clean(b"A")
