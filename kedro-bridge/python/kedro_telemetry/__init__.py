"""Kedro's usage telemetry, and plugins that are shared libraries.

The work is done by the native module ``_native``; this package connects it with Kedro.
"""

__version__ = "1.0.0"
