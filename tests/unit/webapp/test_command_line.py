"""The command line: every command is explained, and errors are one line."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from webapp.cli.__main__ import main
from webapp.cli.clock import Duration
from webapp.cli.commands import COMMANDS, overview
from webapp.settings import PROJECT


def test_the_launcher_explains_every_command_before_anything_is_installed() -> None:
    # -I -S: no environment, no site-packages: the launcher has the standard library alone.
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(PROJECT / "tuidan"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip() == overview()
    for command in COMMANDS:
        assert f"  {command.name} " in said


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_each_command_has_help_of_its_own(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Usage:" in shown.output


def test_an_unknown_command_is_refused() -> None:
    refused = CliRunner().invoke(main, ["upp"])
    assert refused.exit_code == 2
    assert "No such command" in refused.output


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT24H", dt.timedelta(hours=24)),
        ("pt30m", dt.timedelta(minutes=30)),
        ("P7D", dt.timedelta(days=7)),
        ("P1W", dt.timedelta(weeks=1)),
        ("P1DT1H1M1S", dt.timedelta(days=1, seconds=3661)),
    ],
)
def test_durations_are_read(text: str, span: dt.timedelta) -> None:
    assert Duration().convert(text, None, None) == span


@pytest.mark.parametrize("text", ["", "P", "PT", "24h", "PT0H", "-PT1H", "P1M", "PT1H "])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Duration().convert(text, None, None)
