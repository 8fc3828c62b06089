"""`bofast serve`: a real service, set up by the environment."""

from __future__ import annotations

import logging

from hub import settings as reading
from hub.app import issuers_of
from hub.cli.faults import refuse
from hub.cli.output import configure_logging, fail
from hub.cli.running import run_hub
from hub.edge.server import CannotListen, listen
from hub.settings import SettingsError


def run_serve() -> None:
    configure_logging(logging.INFO)
    try:
        settings = reading.production()
        issuers_of(settings)
        listener = listen(settings.host, settings.port)
    except SettingsError as error:
        refuse("Bofast does not start", error)
    except CannotListen as error:
        fail(str(error), hint=f"{error.hint} Set BOFAST_HOST and BOFAST_PORT.")
    else:
        with listener:
            run_hub(settings, listener)
