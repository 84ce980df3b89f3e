"""Stands in for cargo: where the module is asked for, all parts are built.

What it prints of the module is passed on to who asks; the other parts go into the package.
"""

import json
import os
import re
import subprocess
import sys

from kedro_wheel.parts import CARGO, PARTS, PLUGIN, PROGRAM, put
from kedro_wheel.settings import RUSTFLAGS, SEPARATOR


def main(words):
    """Runs cargo on these words or on those for all parts; gives its exit code."""
    cargo = os.environ[CARGO]
    # Others that cargo starts have cargo itself.
    environment = {**os.environ, "CARGO": cargo}
    if words[:1] != ["rustc"]:
        return subprocess.run([cargo, *words], env=environment, check=False).returncode
    environment[RUSTFLAGS] = _flags_for_all(environment.get(RUSTFLAGS, ""))
    process = subprocess.Popen([cargo, *_for_all(words)], env=environment, stdout=subprocess.PIPE)
    for line in process.stdout:
        if part := _part(line):
            put(*part)
        else:
            sys.stdout.buffer.write(line)
    sys.stdout.flush()
    return process.wait()


def _for_all(words):
    """The words that build all parts, in place of those that build one."""
    end = words.index("--") if "--" in words else len(words)
    # What a Mac calls a library for those who link it; a module is found by its path.
    if any(word != "-C" and "-install_name" not in word for word in words[end + 1 :]):
        raise SystemExit(f"error: options for one crate cannot be kept: {' '.join(words)}")
    return ["build", *words[1:end], "--bins", *(word for part in PARTS for word in ("-p", part))]


def _flags_for_all(flags):
    """The compiler's options but for what a module on Windows exports, which it knows itself."""
    return re.sub(rf"(^|{SEPARATOR})-C{SEPARATOR}?link-arg=[^{SEPARATOR}]*_native\.def", "", flags)


def _part(line):
    """The part, if it is not the module, and the file that a message of cargo tells of."""
    message = json.loads(line) if line.startswith(b"{") else {}
    if message.get("reason") != "compiler-artifact":
        return None
    target = message["target"]
    if target["name"] == PROGRAM and message["executable"]:
        return PROGRAM, message["executable"]
    if target["name"] == PLUGIN.replace("-", "_") and "cdylib" in target["kind"]:
        return PLUGIN, next(
            name for name in message["filenames"] if name.endswith((".so", ".dylib", ".dll"))
        )
    return None
