"""A port is found taken before anything slow is begun."""

from __future__ import annotations

import socket

import pytest

from webapp.supervisor.ports import AddressUnusable, PortTaken, check_port_free


def test_a_taken_port_is_refused_with_a_remedy() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match="TUIDAN_PORT") as caught:
            check_port_free("127.0.0.1", port)
        assert str(port) in str(caught.value)
    check_port_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(AddressUnusable, match="TUIDAN_HOST"):
        check_port_free("192.0.2.1", 8000)
