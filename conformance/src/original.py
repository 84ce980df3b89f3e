"""Run the original: Kedro's command line with kedro-telemetry, many command lines in one process.

    python original.py PLAN.json RESULTS.json

The plan names the folder of the module `generate` and the cases, each with its arguments (hexadecimal, for they need not be
text), working directory, environment and the address its events go to. Kedro is imported once; each case is a fork
of that process in which `kedro`'s own entry point runs. What is replaced, in the fork alone: the endpoint, the
starting of other programs (`git` and `pip` would go to the network; a project template's own script may run), and, if the case asks for it,
what the datasets' optional dependencies would bring. The result of a case is its exit code and the facts that Kedro gave the plugin.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import traceback

import click
import kedro.framework.cli.cli as cli

DEADLINE = 60
WARM = (
    "kedro.config.omegaconf_config",
    "kedro.framework.cli.catalog",
    "kedro.framework.cli.jupyter",
    "kedro.framework.cli.pipeline",
    "kedro.framework.cli.project",
    "kedro.framework.cli.registry",
    "kedro.framework.cli.server",
    "kedro.framework.cli.starters",
    "kedro.framework.context",
    "kedro.framework.session",
    "kedro.runner",
    "kedro_datasets.json.json_dataset",
    "appdirs",
    "requests",
    "tomli_w",
)


def main(plan_path, results_path):
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    sys.path.insert(0, plan["classes"])
    for module in WARM:
        importlib.import_module(module)
    results = [run(case) for case in plan["cases"]]
    with open(results_path, "w", encoding="utf-8") as file:
        json.dump({"python_version": sys.version, "cases": results}, file)


def run(case):
    """Runs one case in a fork and gives what became of it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(case, writer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        facts = [json.loads(line) for line in pipe]
    _, status = os.waitpid(pid, 0)
    return {"exit": os.waitstatus_to_exitcode(status), "facts": facts[-1] if facts else None}


def child(case, writer):
    signal.alarm(DEADLINE)
    code = 70
    try:
        redirect(case["log"])
        os.environ.clear()
        os.environ.update(case["env"])
        os.chdir(case["cwd"])
        sys.argv = ["kedro", *(os.fsdecode(bytes.fromhex(word)) for word in case["argv"])]
        isolate()
        watch_plugin(case, writer)
        cli.main()
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        # Nothing that the parent has begun is ended here.
        os._exit(code)


def redirect(log):
    """Nothing to read, and what is printed goes to a file."""
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for old, new in ((null, 0), (out, 1), (out, 2)):
        os.dup2(old, new)


def isolate():
    """No other program, and no address but loopback."""

    start = subprocess.Popen.__init__

    def start_scripts(self, args, *rest, **options):
        if len(args) != 2 or args[0] != sys.executable:
            raise FileNotFoundError("no other program is started here")
        start(self, args, *rest, **options)

    subprocess.Popen.__init__ = start_scripts
    resolve = socket.getaddrinfo

    def loopback(host, *args, **kwargs):
        if host != "127.0.0.1":
            raise socket.gaierror("no address but loopback is known here")
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = loopback


def watch_plugin(case, writer):
    """Has the plugin send to the case's endpoint, and what Kedro gives to it told to the parent: what a host of ours has to give, too.

    The plugin is imported when Kedro imports it, not earlier: it keeps what the project's package is called at that moment.
    """
    hook_manager = cli.get_cli_hook_manager

    def watched():
        plugin = importlib.import_module("kedro_telemetry.plugin")
        plugin.HEAP_ENDPOINT = case["endpoint"]
        tell_facts(plugin, case, writer)
        return hook_manager()

    cli.get_cli_hook_manager = watched


def tell_facts(plugin, case, writer):
    statistics = plugin._format_project_statistics_data
    mask = plugin._mask_kedro_cli
    facts = {}

    def tell():
        os.write(writer, (json.dumps(facts) + "\n").encode())

    def told_statistics(catalog, default_pipeline, pipelines):
        if case["stand_ins"]:
            importlib.import_module("generate").replace_what_is_missing()
        result = statistics(catalog, default_pipeline, pipelines)
        facts["catalog"] = {
            "datasets": [[name, catalog.get_type(name) or ""] for name in catalog.keys()],
            "validators": [[name, spec.class_path] for name, spec in catalog.validator_specs.items()],
            "pipelines": [[name, len(pipelines[name].nodes)] for name in pipelines.keys()],
        }
        tell()
        return result

    def told_mask(command_line, command_args):
        facts["vocabulary"] = vocabulary(command_line)
        tell()
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
    main(*sys.argv[1:])
