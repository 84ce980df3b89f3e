"""The commands of plugins, and ``kedro plugin``, beside Kedro's own.

They join Kedro's own lazy group, so that none of them costs anything before it is typed. What
Kedro's entry point loads, ``commands``, is empty then. A Kedro without that group gets one of ours.
"""

from kedro_telemetry._host import host, quiet

PLUGIN = "plugin"
ABOUT_PLUGIN = "See, check, install and switch plugins that are shared libraries"


@quiet
def _join():
    from kedro.framework.cli import cli

    groups = [getattr(cli, name, None) for name in ("cli", "global_commands", "project_commands")]
    taken = {name for group in groups for name in _names(group)}
    added = {name: about for name, about in abouts().items() if name not in taken}
    lazy = getattr(getattr(cli, "global_commands", None), "lazy_subcommands", None)
    if lazy is None:
        return _group(added)
    lazy.update({name: f"kedro_telemetry._commands.{name}" for name in added})
    return None


def abouts():
    """What each command is about, by its name."""
    plugins = host()
    return {PLUGIN: ABOUT_PLUGIN, **dict(plugins.commands())} if plugins else {}


def _names(group):
    return [*getattr(group, "commands", ()), *getattr(group, "lazy_subcommands", ())]


def _group(added):
    import click

    from kedro_telemetry import _commands

    return click.Group("Telemetry", commands={name: getattr(_commands, name) for name in added})


commands = _join()
