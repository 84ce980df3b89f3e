"""Run cases with the original: Kedro's command line with kedro-telemetry.

    python original.py PLAN.json RESULTS.json

What is replaced beside what `cases` says: the endpoint and, if the case asks for it, what the datasets' optional dependencies
would bring. The facts of a case are what Kedro gave to the plugin: what a host of ours has to give, too.
"""

import importlib
import os
import sys

import cases
import click
import kedro.framework.cli.cli as cli
import requests

WARM = ("appdirs", "tomli_w")


def prepare(case, tell):
    send_to(os.environ["KEDRO_TELEMETRY_ENDPOINT"])
    watch_plugin(case, tell)


def send_to(endpoint):
    post = requests.post
    requests.post = lambda url, **options: post(endpoint, **options)


def watch_plugin(case, tell):
    """The plugin is imported when Kedro imports it, not earlier: it keeps what the project's package is called at that moment."""
    hook_manager = cli.get_cli_hook_manager

    def watched():
        plugin = importlib.import_module("kedro_telemetry.plugin")
        tell_facts(plugin, case, tell)
        return hook_manager()

    cli.get_cli_hook_manager = watched


def tell_facts(plugin, case, tell):
    statistics = plugin._format_project_statistics_data
    mask = plugin._mask_kedro_cli
    facts = {}

    def told_statistics(catalog, default_pipeline, pipelines):
        if case["stand_ins"]:
            cases.bring_stand_ins()
        result = statistics(catalog, default_pipeline, pipelines)
        facts["catalog"] = {
            "datasets": [[name, catalog.get_type(name) or ""] for name in catalog.keys()],
            "validators": [[name, spec.class_path] for name, spec in catalog.validator_specs.items()],
            "pipelines": [[name, len(pipelines[name].nodes)] for name in pipelines.keys()],
        }
        tell(facts)
        return result

    def told_mask(command_line, command_args):
        facts["vocabulary"] = vocabulary(command_line)
        tell(facts)
        return mask(command_line, command_args)

    plugin._format_project_statistics_data = told_statistics
    plugin._mask_kedro_cli = told_mask


def vocabulary(command_line):
    """The click tree as words: what may be typed, without the names of positional parameters."""
    context = click.Context(command_line)

    def node(name, command):
        spelt = [word for parameter in command.get_params(context) for word in parameter.opts]
        result = {"name": name, "options": [word for word in spelt if word.startswith("-")]}
        if isinstance(command, click.Group):
            names = command.list_commands(context)
            result["commands"] = [node(name, command.get_command(context, name)) for name in names]
        return result

    return node("kedro", command_line)


if __name__ == "__main__":
    cases.main(*sys.argv[1:], warm=WARM, prepare=prepare)
