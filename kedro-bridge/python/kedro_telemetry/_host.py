"""The host of the plugins, made when it is first needed.

Whatever goes wrong here or in a plugin is a line in the debug log, and never Kedro's problem.
"""

import logging
import sys
from functools import wraps
from pathlib import Path

from kedro_telemetry import _kedro
from kedro_telemetry._whole import is_whole

logger = logging.getLogger("kedro_telemetry")

PACKAGE = Path(__file__).parent
MODULE = PACKAGE / "_native.abi3.so"
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

    _check_whole(MODULE)
    from kedro_telemetry import __version__, _native

    if _native.__version__ != __version__:
        raise ImportError(
            f"the native module is of version {_native.__version__}, not {__version__}"
        )
    return _native.Host(
        _native.__file__, PROGRAM, (kedro_version, sys.version), logger.debug, _kedro.rehearse
    )


def _check_whole(module):
    """Has half a library fail as one that is missing does."""
    if module.exists() and not is_whole(module):
        raise ImportError(f"{module} is not whole")


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
