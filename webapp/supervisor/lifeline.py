"""Ends a child when its supervisor is gone, even by SIGKILL.

The supervisor holds the writing end of a pipe, the child reads: the end of the file is
the end of the supervisor.
"""

from __future__ import annotations

import os
import signal
import threading

VARIABLE = "TUIDAN_LIFELINE"


def hold() -> None:
    """Send this process SIGTERM once its supervisor is gone; without a supervisor do nothing."""
    descriptor = os.environ.pop(VARIABLE, "")
    if not descriptor.isdigit():
        return

    def wait() -> None:
        while os.read(int(descriptor), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
