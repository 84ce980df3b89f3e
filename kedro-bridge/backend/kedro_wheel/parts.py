"""The crates that the wheel is made of, all built by one call of cargo.

maturin asks cargo for the module alone. What it would have built for the others, too, is built only
once when they are built along: so while maturin runs, a program of that name stands in for cargo.
"""

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from kedro_wheel.settings import workspace

MODULE = "kedro-bridge"
PROGRAM = "kedro-plugin-host"
PLUGIN = "kedro-telemetry"
PARTS = (MODULE, PROGRAM, PLUGIN)

PACKAGE = workspace() / "kedro-bridge/python/kedro_telemetry"
PLUGINS = PACKAGE / "plugins"
# The variable by which the stand-in knows cargo.
CARGO = "KEDRO_WHEEL_CARGO"
STAND_IN = (
    "import sys; sys.path.insert(0, r'{backend}'); "
    "from kedro_wheel.cargo import main; sys.exit(main(sys.argv[1:]))"
)


@contextmanager
def built_along():
    """Has whoever asks cargo for the module get program and plugin into the package."""
    _clear()
    cargo = os.environ.get("CARGO") or shutil.which("cargo")
    if not cargo:
        raise SystemExit(
            "error: there is no cargo; Rust is needed to build this package: https://rustup.rs"
        )
    before = {name: os.environ.get(name) for name in ("CARGO", "PATH", CARGO)}
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
        os.environ.update({"CARGO": _stand_in(Path(folder)), "PATH": path, CARGO: cargo})
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def put(name, path):
    """Puts a file of one of the parts where maturin finds it."""
    shutil.copy(path, PACKAGE if name == PROGRAM else PLUGINS)


def _clear():
    shutil.rmtree(PLUGINS, ignore_errors=True)
    for stale in [*PACKAGE.glob(f"{PROGRAM}*"), *PACKAGE.glob("_native*")]:
        stale.unlink()
    PLUGINS.mkdir()


def _stand_in(folder):
    code = STAND_IN.format(backend=Path(__file__).parents[1])
    if os.name == "nt":
        path, text = folder / "cargo.cmd", f'@"{sys.executable}" -c "{code}" %*\n'
    else:
        path, text = folder / "cargo", f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n'
    path.write_text(text)
    path.chmod(0o755)
    return str(path)
