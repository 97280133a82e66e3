"""Runs one command; an error of the product becomes one line, not a traceback."""

from __future__ import annotations

import importlib
import sys

import click
import sqlalchemy as sa

from engine.errors import TuidanError
from webapp.cli.commands import COMMANDS, overview


class Commands(click.Group):
    """Imports a command's module only when that command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command: the object of that name in its module, ``import_`` for ``import``."""
        for command in COMMANDS:
            if command.name == cmd_name:
                module = importlib.import_module(f"webapp.cli.{command.module}")
                found = getattr(module, f"{cmd_name}_" if cmd_name == "import" else cmd_name)
                assert isinstance(found, click.Command)  # noqa: S101
                return found
        return None

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the same text as the launcher."""
        formatter.write(overview() + "\n")


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Tuidan."""


def run() -> None:
    """Run the command line."""
    try:
        main(prog_name="./tuidan")
    except TuidanError as error:
        sys.exit(f"tuidan: {error.message}")
    except sa.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        sys.exit(f"tuidan: the database gave up ({reason}); run this again.")
    except OSError as error:
        if error.filename is None:
            raise
        sys.exit(f"tuidan: {error.filename}: {error.strerror}")


if __name__ == "__main__":
    run()
