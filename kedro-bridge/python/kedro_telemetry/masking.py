"""Command lines without anything private, under the names that other packages import from here.

What is recorded is masked by the plugin itself.
"""

from __future__ import annotations

from typing import Any

import click

MASK = "*****"
STARTERS = [
    "astro-airflow-iris",
    "databricks-iris",
    "spaceflights-pandas",
    "spaceflights-pyspark",
]
_STARTER_OPTIONS = ("--starter", "-s")
_KEPT_WHOLE = {"--help", "--version", "-h", "-v", ""}


def _get_cli_structure(cli_obj: click.Command, get_help: bool = False) -> dict[str | None, Any]:
    """Commands and parameters as nested dictionaries; with ``get_help``, each command's help."""
    structure: dict[str | None, Any] = {}
    with click.Context(cli_obj) as context:
        _recurse_cli(cli_obj, context, structure, get_help)
    return structure


def _recurse_cli(
    cli_element: click.Command,
    ctx: click.Context,
    io_dict: dict[str | None, Any],
    get_help: bool = False,
) -> None:
    if isinstance(cli_element, click.Group):
        inner = io_dict[cli_element.name or "kedro"] = {}
        for name in cli_element.list_commands(ctx):
            _recurse_cli(cli_element.get_command(ctx, name), ctx, inner, get_help)
        if not get_help:
            for word in _spellings(cli_element, ctx):
                inner.setdefault(word, None)
    elif isinstance(cli_element, click.Command):
        spelt = dict.fromkeys(_spellings(cli_element, ctx))
        io_dict[cli_element.name] = cli_element.get_help(ctx) if get_help else spelt


def _spellings(command: click.Command, ctx: click.Context) -> list[str]:
    return [word for parameter in command.get_params(ctx) for word in parameter.opts]


def _mask_kedro_cli(cli: click.Group, command_args: list[str]) -> list[str]:
    """The words of a command line that are Kedro's own; each other word as ``*****``."""
    first = command_args[0] if command_args else ""
    if first in _KEPT_WHOLE:
        return command_args
    command = cli.get_command(ctx=None, cmd_name=first)
    if command is None:
        return [MASK]
    known = _get_cli_structure(command)
    kept = 0
    for word in command_args:
        if word.startswith("-") or word not in known:
            break
        known = known[word]
        kept += 1
    return [*command_args[:kept], *_masked(command_args[kept:], known)]


def _masked(words: list[str], known: dict[str | None, Any]) -> list[str]:
    masked: list[str] = []
    option = None
    for word in words:
        if not word.startswith("-"):
            masked.append(_value(option, word))
            option = None
            continue
        name, is_joined, value = word.partition("=")
        option = name if name in known else None
        if not is_joined:
            masked.append(option or MASK)
            continue
        masked += [option] if option else []
        # The original looks at the name here, whether or not the command knows it.
        masked.append(_value(name, value))
    return masked


def _value(option: str | None, value: str) -> str:
    return value if option in _STARTER_OPTIONS and value in STARTERS else MASK
