"""The commands, in the order in which people meet them; the launcher reads this file alone.

Standard library only, and no import of the product: it has to load before anything is installed.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """A command: its name, the module of ``webapp.cli`` that has it, and one line on it."""

    name: str
    module: str
    summary: str


COMMANDS = (
    Command("up", "up", "Start the whole product: database, migrations, diagrams, demo data, web, worker."),
    Command("test", "test", "Check everything: lint, types, imports, unit to browser tests."),
    Command("web", "web", "Start the web server alone (production)."),
    Command("worker", "worker", "Start a worker alone (production): jobs and timers."),
    Command("frontend", "frontend", "Build the browser's files (production)."),
    Command("migrate", "database", "Bring the database to the schema of this version."),
    Command("deploy", "definitions", "Deploy a folder of diagrams, tables and forms."),
    Command("lint", "definitions", "Check diagrams, tables and forms without deploying them."),
    Command("remove", "definitions", "Remove a version of a process that nobody is to choose any more."),
    Command("import", "data", "Bring in orders from a CSV file."),
    Command("tracking", "carriers", "Bring in tracking events from a CSV file."),
    Command("carrier", "carriers", "Let carriers report tracking by themselves."),
    Command("account", "accounts", "Create accounts, set passwords, issue analysts' and operators' tokens."),
    Command("shop", "shops", "Create shops and tokens for the HTTP API."),
    Command("books", "books", "Check the books of who bears what of each case."),
    Command("clock", "clock", "Show the demo clock, or move it forward."),
    Command("record", "record", "Count the shops' record anew, from the first case on."),
    Command("bench", "bench", "Measure the product beside its own database."),
    Command("routes", "routes", "List the addresses that the web serves."),
    Command("migration", "database", "Draft the next database migration (developers)."),
)


def overview() -> str:
    """Return the text of ``./tuidan --help``."""
    lines = [
        "Usage: ./tuidan COMMAND [OPTIONS]",
        "",
        "Tuidan: order cancellation and refunds, run by BPMN diagrams that people can read and change.",
        "",
        "Commands:",
        *(f"  {command.name:<11}{command.summary}" for command in COMMANDS),
        "",
        "./tuidan COMMAND --help explains one. Settings: TUIDAN_… variables, see docs/production.md.",
    ]
    return "\n".join(lines)
