"""`bofast serve`: a real service, set up by the environment."""

from __future__ import annotations

import logging

from hub import settings as reading
from hub.cli.output import configure_logging, fail
from hub.cli.running import run_hub
from hub.edge.server import PortTaken, listen
from hub.settings import SettingsError


def run_serve() -> None:
    configure_logging(logging.INFO)
    try:
        settings = reading.production()
    except SettingsError as error:
        fail("Bofast does not start:\n" + "\n".join(f"  - {problem}" for problem in error.problems))
    try:
        listener = listen(settings.host, settings.port)
    except PortTaken:
        fail(f"Port {settings.port} is taken.", hint="Set BOFAST_PORT to another.")
    with listener:
        run_hub(settings, listener)
