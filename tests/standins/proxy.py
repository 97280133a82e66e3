"""A proxy between an adapter and its provider, in which requests and answers go astray."""

from __future__ import annotations

import http.client
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Protocol
from urllib.parse import urlsplit

Fault = Literal["ok", "drop_request", "drop_answer", "late_answer", "repeat", "hold", "busy", "broken"]
"""What becomes of a request: as always; it never arrives; its answer gets lost; the answer comes
when nobody waits for it any more; it arrives twice; it arrives when it is released, after others
that were sent later; 429 in place of it; it arrives, and the answer is 500."""

LATE_SECONDS = 0.6
KEY = "Idempotency-Key"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request on its way to the provider."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the provider said."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Overlay(Protocol):
    """What a stand-in can't do by itself is laid over its answers."""

    def answer(self, request: Request) -> Answer | None:
        """Answer in place of the provider, or None to let it answer."""
        ...

    def amend(self, request: Request, answer: Answer) -> Answer:
        """Change what the provider answered."""
        ...


class FaultProxy:
    """Passes requests on, unless the next fault says otherwise; faults meet ``POST`` alone.

    Attributes:
        url: Where it listens.
        faults: What becomes of the next requests, in order.
    """

    def __init__(self, upstream: str, overlay: Overlay | None = None) -> None:
        self._upstream = urlsplit(upstream)
        self._overlay = overlay
        self._realm = secrets.token_hex(4)
        self._held: list[Request] = []
        self.faults: deque[Fault] = deque()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[FaultProxy]:
        """Listen until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def release(self) -> None:
        """Let what was held arrive, the latest first."""
        held, self._held = self._held[::-1], []
        for request in held:
            self._pass_on(request)

    def respond(self, request: Request) -> Answer | None:
        """Return what the client hears; None if the line goes dead."""
        fault = self.faults.popleft() if self.faults and request.method == "POST" else "ok"
        match fault:
            case "drop_request":
                return None
            case "hold":
                self._held.append(request)
                return None
            case "busy":
                return Answer(
                    status=429,
                    headers={"Content-Type": "application/json"},
                    body=b'{"error": {"type": "rate_limit_error"}, "code": "FREQUENCY_LIMITED"}',
                )
        answer = self._pass_on(request)
        match fault:
            case "drop_answer":
                return None
            case "late_answer":
                time.sleep(LATE_SECONDS)
            case "repeat":
                answer = self._pass_on(request)
            case "broken":
                return Answer(status=500, headers={"Content-Type": "application/json"}, body=b"{}")
        return answer

    def _pass_on(self, request: Request) -> Answer:
        if self._overlay is not None and (own := self._overlay.answer(request)) is not None:
            return own
        connection = http.client.HTTPConnection(str(self._upstream.hostname), self._upstream.port, timeout=10)
        try:
            headers = dict(request.headers)
            if KEY in headers:
                # Numbers begin anew in each test, and the stand-in remembers the keys of all of them.
                headers[KEY] = f"{self._realm}:{headers[KEY]}"
            connection.request(request.method, request.path, request.body or None, headers)
            response = connection.getresponse()
            passed = {
                name: value
                for name, value in response.getheaders()
                if name.lower() not in {"transfer-encoding", "content-length", "connection"}
            }
            answer = Answer(status=response.status, headers=passed, body=response.read())
        finally:
            connection.close()
        return self._overlay.amend(request, answer) if self._overlay is not None else answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has given up is what we are here for."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        skipped = {"host", "content-length", "connection", "accept-encoding"}
        request = Request(
            method=self.command,
            path=self.path,
            headers={name: value for name, value in self.headers.items() if name.lower() not in skipped},
            body=self.rfile.read(length),
        )
        answer = self.server.proxy.respond(request)
        if answer is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - named by the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        """Keep quiet."""
