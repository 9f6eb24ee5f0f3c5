"""A mail server of our own, on loopback, that misbehaves by the words in the address."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import real_servers
from aiosmtpd.controller import Controller


class Sink:
    """Keeps what it took; `late450@`, `never550@`, `spam554@`, `hang@`, `cut@`, `bye421@` get what they say."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.tried: Counter[str] = Counter()
        self.connections = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, host: str, responses: list[str]) -> Any:
        self.connections += 1
        session.host_name = host
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.tried[address] += 1
        if address.startswith("late450"):
            return "450 Mailbox busy"
        if address.startswith("never550"):
            return "550 No such mailbox"
        if address.startswith("bye421"):
            return "421 Closing down"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        if address.startswith("hang"):
            await asyncio.sleep(3)
        if address.startswith("cut"):
            server.transport.abort()
            return "250 never read"
        if address.startswith("spam554"):
            return "554 Refused as spam"
        message = message_from_bytes(envelope.content, policy=policy.default)
        message["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 Taken"

    @property
    def addresses(self) -> list[str]:
        return [message["X-Envelope-To"] for message in self.messages]


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(), real_servers.free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
