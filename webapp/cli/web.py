"""The command ``web``: the web server alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from webapp.app import create_app
from webapp.bootstrap import build
from webapp.cli.logs import log_to_stderr
from webapp.production import check_before_start
from webapp.settings import Settings
from webapp.supervisor import lifeline
from webapp.supervisor.ports import check_port_free
from webapp.supervisor.reaching import reachable_database

# Long enough for the slowest page; a worker that is silent for longer hangs and is replaced.
TIMEOUT_SECONDS = 60
GRACE_SECONDS = 20


class Server(BaseApplication):
    """Gunicorn with our settings in place of its configuration file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from Gunicorn's defaults."""
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        options: dict[str, Any] = {
            "bind": f"{host}:{settings.port}",
            "workers": settings.web_processes,
            "worker_class": "gthread",
            "threads": settings.web_threads,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "errorlog": "-",
            "loglevel": "info",
            # It would be made in the home folder, and nothing here uses it.
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application, in each worker process after the fork."""
        return create_app(build(self._settings))


@click.command()
@click.option("--host", help="The address to listen on; TUIDAN_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; TUIDAN_PORT otherwise.")
def web(host: str | None, port: int | None) -> None:
    """Start the web server alone, until it is told to stop.

    Needs a migrated database (`./tuidan migrate`). Any number may run, on any number of
    machines, on the same database.
    """
    log_to_stderr()
    lifeline.hold()
    settings = Settings.from_environment()
    settings = dataclasses.replace(settings, host=host or settings.host, port=port or settings.port)
    check_port_free(settings.host, settings.port)
    with reachable_database(settings) as reachable:
        tuidan = build(reachable)
        check_before_start(tuidan)
        # The workers open connections of their own, after the fork.
        tuidan.close()
        Server(reachable).run()
