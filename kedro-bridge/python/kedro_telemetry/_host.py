"""The host of the plugins, made when it is first needed.

Whatever goes wrong here or in a plugin is a line in the debug log, and never Kedro's problem.
"""

import logging
import sys
from functools import wraps
from pathlib import Path

from kedro_telemetry import _kedro

logger = logging.getLogger("kedro_telemetry")

PACKAGE = Path(__file__).parent
PROGRAM = PACKAGE / ("kedro-plugin-host.exe" if sys.platform == "win32" else "kedro-plugin-host")

_host = None
_has_failed = False


def host():
    """The host, or ``None`` where the native module cannot be used."""
    global _host, _has_failed
    if _host is None and not _has_failed:
        try:
            _host = _make()
        except Exception as error:
            _has_failed = True
            logger.debug("No plugins are loaded: %s", error)
    return _host


def _make():
    from kedro import __version__ as kedro_version

    from kedro_telemetry import _native

    return _native.Host(_native.__file__, PROGRAM, (kedro_version, sys.version), logger.debug, _kedro.rehearse)


def quiet(function):
    """Has whatever fails in ``function`` logged, and nothing of it reach Kedro."""

    @wraps(function)
    def guarded(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception as error:
            logger.debug("%s: %s: %s", function.__name__, type(error).__name__, error)
            return None

    return guarded
