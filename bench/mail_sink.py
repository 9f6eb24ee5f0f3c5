"""A mail server on loopback that takes everything and answers each line a while later: `mail_sink PORT MILLISECONDS`."""

import asyncio
import sys
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP


class Far(SMTP):
    """As far away as its replies take: greeting, each command and the final 250."""

    seconds = 0.0

    async def push(self, status: str | bytes) -> None:
        await asyncio.sleep(self.seconds)
        await super().push(status)


class Sink:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


class FarController(UnthreadedController):
    def factory(self) -> Far:
        return Far(self.handler, hostname="sink.example")


def main(port: int, milliseconds: float) -> None:
    Far.seconds = milliseconds / 1000
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    controller = FarController(Sink(), hostname="127.0.0.1", port=port, loop=loop)
    controller.begin()
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
