"""What the one who builds may choose: ``--config-settings KEY=VALUE``."""

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path.cwd()
# Cargo's variable in which an option may have spaces, as folders of Windows do.
RUSTFLAGS = "CARGO_ENCODED_RUSTFLAGS"
SEPARATOR = "\x1f"
KNOWN = {"target", "zig", "compatibility", "cargo-args", "rustflags"}


@dataclass(frozen=True)
class Settings:
    """All of them may be left out: then it is built for this machine, by its own compiler."""

    # Rust's name of the platform.
    target: str = ""
    # Whether zig links, which has the libraries of each platform.
    zig: bool = False
    # The tag of the platform, which maturin then checks: `manylinux2014`.
    compatibility: str = ""
    # More options for cargo and the compiler.
    cargo_args: tuple = field(default=())
    rustflags: tuple = field(default=())

    @classmethod
    def of(cls, config_settings):
        given = dict(config_settings or {})
        if unknown := set(given) - KNOWN:
            known = ", ".join(sorted(KNOWN))
            raise SystemExit(
                f"error: there is no setting {', '.join(sorted(unknown))}; there are {known}"
            )
        return cls(
            target=given.get("target", ""),
            zig=given.get("zig", "") in ("1", "true", "yes"),
            compatibility=given.get("compatibility", ""),
            cargo_args=tuple(given.get("cargo-args", "").split()),
            rustflags=tuple(given.get("rustflags", "").split()),
        )

    @property
    def triple(self):
        """The platform as the compiler calls it."""
        return self.target or host()

    def for_maturin(self, sboms=()):
        arguments = ["--target", self.target] if self.target else []
        arguments += ["--zig"] if self.zig else []
        arguments += ["--compatibility", self.compatibility] if self.compatibility else []
        arguments += self.cargo_args
        for path in sboms:
            arguments += ["--sbom-include", str(path)]
        return {"build-args": arguments}

    def scratch(self):
        """A folder for what is made on the way."""
        folder = target_directory() / "wheel-parts" / (self.target or "host")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def environment(self):
        """Has every call of the compiler name no folder of this machine in what it makes."""
        before = os.environ.get(RUSTFLAGS)
        flags = before.split(SEPARATOR) if before else os.environ.get("RUSTFLAGS", "").split()
        if self.zig and self.triple.endswith("-musl"):
            # Zig links programs for it statically, if nothing else is said: those load no plugin.
            flags.append("-Clink-arg=-dynamic")
        flags += [*self.rustflags, *(f"--remap-path-prefix={old}={new}" for old, new in _renamed())]
        os.environ[RUSTFLAGS] = SEPARATOR.join(flags)
        try:
            yield
        finally:
            os.environ.pop(RUSTFLAGS)
            if before is not None:
                os.environ[RUSTFLAGS] = before


def _renamed():
    cargo_home = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    return [
        (cargo_home, "/cargo"),
        (target_directory(), "/target"),
        (workspace(), "/kedro-telemetry"),
    ]


def workspace():
    """The folder of the Rust workspace: this one in an sdist, the one above in the repository."""
    return PROJECT if (PROJECT / "Cargo.lock").exists() else PROJECT.parent


def target_directory():
    return Path(os.environ.get("CARGO_TARGET_DIR") or workspace() / "target").absolute()


def host():
    """This machine's platform, as the compiler calls it."""
    said = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return next(
        line.removeprefix("host: ") for line in said.splitlines() if line.startswith("host: ")
    )
