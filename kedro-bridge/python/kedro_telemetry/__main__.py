"""``kedro-telemetry …`` and ``python -m kedro_telemetry …``: what ``kedro telemetry …`` does.

Without the lines that Kedro itself prints.
"""

import sys
from pathlib import Path

from kedro_telemetry import _program


def main():
    from kedro.utils import find_kedro_project

    path = find_kedro_project(Path.cwd())
    sys.exit(_program.run(["telemetry", *sys.argv[1:]], (str(path), "") if path else None))


if __name__ == "__main__":
    main()
