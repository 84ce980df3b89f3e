"""Each command of a plugin as one of click, made when it is asked for: ``_commands.telemetry``.

The native program runs them, without a second Python; only a preview needs what this Kedro knows.
"""

import os
import sys

import click

from kedro_telemetry import _kedro, _program, cli
from kedro_telemetry._host import host

_HELP = {"-h", "--help"}


def __getattr__(name):
    about = cli.abouts().get(name)
    if about is None:
        raise AttributeError(f"there is no command {name!r}")
    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)

    @click.pass_context
    def run(context, words):
        context.exit(_run(name, list(words), _kedro.project(context.obj)))

    return click.Command(
        name,
        callback=run,
        params=[words],
        context_settings=settings,
        short_help=about,
        add_help_option=False,
    )


def _run(name, words, project):
    own, _, _ = _split(words)
    if name == "telemetry" and own[:1] == ["preview"] and not _HELP & set(own):
        return host().run_command(name, words, _wants_colors(), _print, _print_error)
    return _program.run([name, *words], project)


def _split(words):
    """The words before ``--``, it, and those behind."""
    end = words.index("--") if "--" in words else len(words)
    return words[:end], words[end : end + 1], words[end + 1 :]


def _wants_colors():
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _print(text):
    """Prints, and tells whether anybody still reads."""
    try:
        click.echo(text, nl=False)
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _print_error(text):
    click.echo(text, nl=False, err=True)
    return True
