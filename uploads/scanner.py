"""Asks clamd whether bytes carry a virus: its INSTREAM command over TCP, a length before each chunk."""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30
# Whether it is there at all, asked by whoever looks after the portal, is soon said.
PING_SECONDS = 2
CHUNK = 64 * 1024
CLAMD_PORT = 3310


class Away(Exception):
    """The scanner does not answer, or not what it should: nothing is known about the file."""


def is_there() -> bool:
    """Whether the scanner answers; True where the portal runs without one."""
    if not settings.SCANNER_URL:
        return True
    try:
        return _ask(b"zPING\0", PING_SECONDS) == "PONG"
    except Away:
        return False


def is_clean(data: bytes) -> bool:
    """Whether the scanner finds nothing. Raises Away."""
    parts = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    stream = b"".join(struct.pack("!L", len(part)) + part for part in parts) + struct.pack("!L", 0)
    answer = _ask(b"zINSTREAM\0" + stream, SECONDS)
    if answer.endswith("OK"):
        return True
    if answer.endswith("FOUND"):
        return False
    raise Away(answer)


def _ask(words: bytes, seconds: int) -> str:
    address = urlsplit(settings.SCANNER_URL)
    try:
        with socket.create_connection((address.hostname or "", address.port or CLAMD_PORT), seconds) as line:
            line.sendall(words)
            answer = bytearray()
            while not answer.endswith(b"\0"):
                part = line.recv(4096)
                if not part:
                    break
                answer += part
    except OSError as error:
        raise Away(str(error)) from error
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
