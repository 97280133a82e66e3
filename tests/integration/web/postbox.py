"""A mail server of the tests' own: it takes what is sent to it, or answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.product import free_port


@dataclass
class Postbox:
    """What was delivered.

    Attributes:
        answer: The SMTP reply to each recipient, such as ``550 No such user``; empty to take the letter.
    """

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    answer: str = ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 OK"


@contextmanager
def postbox() -> Iterator[Postbox]:
    """Open a mail server on a port of the loopback interface."""
    box = Postbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
