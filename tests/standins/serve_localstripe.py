"""Serves localstripe on the loopback interface, prints its port, and ends with its parent."""

from __future__ import annotations

import os
import socket
import sys
import threading
from typing import Any

from aiohttp import web
from localstripe import resources, server


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    # It writes all it knows to a file under a fixed name after each change; here it forgets.
    store: Any = resources.store
    store.dump_to_disk = lambda: None
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    # Before its port is told: who is told it connects at once.
    listening.listen()
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    web.run_app(server.app, sock=listening, print=None)
