"""Running the native program of this package."""

import subprocess
import sys

import click

from kedro_telemetry._host import PROGRAM


def run(words, project=None):
    """Runs the program on these words, in a project if there is one; gives its exit code."""
    command = [str(PROGRAM), *_options(project), *words]
    try:
        return _code(_in_place(command) if _is_plain(sys.stdout) else _captured(command))
    except OSError as error:
        raise click.ClickException(
            f"cannot run {PROGRAM}: {error.strerror}; reinstall kedro-telemetry"
        ) from error


def _options(project):
    if project is None:
        return []
    path, package = project
    return ["--project", path, "--package", package]


def _is_plain(stream):
    """Whether what is written there goes where a program of its own would write."""
    try:
        return stream.fileno() == 1
    except (AttributeError, OSError, ValueError):
        return False


def _in_place(command):
    sys.stdout.flush()
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The program has had it, too, and knows what to do.
            continue


def _captured(command):
    done = subprocess.run(command, capture_output=True, check=False)
    click.echo(done.stdout.decode(errors="replace"), nl=False)
    click.echo(done.stderr.decode(errors="replace"), nl=False, err=True)
    return done.returncode


def _code(returned):
    """As shells have it: 128 and the signal's number for a program that was killed."""
    return 128 - returned if returned < 0 else returned
