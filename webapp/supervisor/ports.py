"""Whether a port can be listened on, asked before anything slow is begun."""

from __future__ import annotations

import errno
import socket

from engine.errors import Kind, TuidanError


class PortTaken(TuidanError):
    """Port {port} on {host} is taken; stop what uses it, or set TUIDAN_PORT to another, such as {other}."""

    code = "port.taken"
    kind = Kind.CONFLICT


class AddressUnusable(TuidanError):
    """The web can't listen on {host}:{port} ({reason}); correct TUIDAN_HOST and TUIDAN_PORT."""

    code = "port.address_unusable"


def check_port_free(host: str, port: int) -> None:
    """Bind once, and let go.

    Raises:
        PortTaken: Something listens there.
        AddressUnusable: The address isn't one of this machine, or the port needs more rights.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 10 if port <= 65525 else 8010
                raise PortTaken(port=port, host=host, other=other) from None
            raise AddressUnusable(host=host, port=port, reason=error.strerror or error) from None
