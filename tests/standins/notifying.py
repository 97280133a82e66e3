"""How a provider tells the merchant: signed anew each time, again and again until it is answered 200."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import make_server

Letter = tuple[dict[str, str], bytes]
"""Headers and body of a notice."""

Write = Callable[[], Letter]
"""Writes a notice as it is sent now: its words are those of when it happened, its signature is fresh."""

PATIENCE = 5.0
"""Seconds that a provider waits for an answer."""


class Notifier:
    """Sends a provider's notices to an address.

    Attributes:
        waiting: Those that haven't been answered by 200, the oldest first.
        accepted: How many were.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.waiting: list[Write] = []
        self.accepted = 0

    def add(self, news: Iterable[Write]) -> None:
        """Take what there is to tell."""
        self.waiting.extend(news)

    def send(self) -> None:
        """Send each notice that waits once."""
        self.waiting = [write for write in self.waiting if not self._taken(*write())]

    def _taken(self, headers: dict[str, str], body: bytes) -> bool:
        connection = http.client.HTTPConnection(str(self._url.hostname), self._url.port, timeout=PATIENCE)
        try:
            connection.request("POST", self._url.path, body, headers)
            taken = connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            taken = False
        finally:
            connection.close()
        self.accepted += taken
        return taken


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve an application on the loopback interface until the block ends; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
