"""Who acts on the command line, and writing down what he did: the user of the machine, marked as such."""

from __future__ import annotations

import getpass
import os

import click
from sqlalchemy.orm import Session

from engine.actors import COMMAND_LINE, Actor
from engine.commands.record import NO_PROCESS, REASON_MAXIMUM, record
from engine.values import JSON
from webapp.bootstrap import Tuidan

reason_option = click.option(
    "--reason",
    default="",
    help="Why; it is kept in the record of commands.",
    callback=lambda _context, _option, text: text.strip()[:REASON_MAXIMUM],
)


def author() -> Actor:
    """The user of the operating system who runs the command."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        name = str(os.getuid())
    return Actor(id=f"{COMMAND_LINE}{name}", name=f"{name} (command line)")


def write_down(tuidan: Tuidan, session: Session, command: str, reason: str, **changes: JSON) -> None:
    """Write a command of the command line into the record, in the transaction that does it."""
    now = tuidan.clock.now()
    record(session, command, NO_PROCESS, now=now, actor=author(), reason=reason, changes=changes)
