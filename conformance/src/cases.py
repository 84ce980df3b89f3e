"""Run Kedro many times in one process, each time in a fork of it: what runs the original and what runs the wheel share.

The plan names the folder of the module `generate` and the cases, each with its arguments (hexadecimal, for they need not be
text), working directory, environment and the address its events go to. Kedro is imported once; each case is a fork
of that process in which `kedro`'s own entry point runs, or the case's own script. What is replaced, in the fork alone: the
starting of other programs (`git` and `pip` would go to the network; a project template's own script may run) and names of
hosts. The result of a case is its exit code and the facts that it has told.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import traceback

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
)


def main(plan_path, results_path, *, warm, prepare):
    """Runs the cases of a plan.

    `warm` are modules that are imported before, and `prepare` is called in the fork, with the case and a function that takes
    what it finds out.
    """
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    sys.path.insert(0, plan["classes"])
    for module in (*WARM, *warm):
        importlib.import_module(module)
    results = [run(case, prepare) for case in plan["cases"]]
    with open(results_path, "w", encoding="utf-8") as file:
        json.dump({"python_version": sys.version, "cases": results}, file)


def run(case, prepare):
    """Runs one case in a fork and gives what became of it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(case, prepare, writer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        facts = [json.loads(line) for line in pipe]
    _, status = os.waitpid(pid, 0)
    return {"exit": os.waitstatus_to_exitcode(status), "facts": facts[-1] if facts else None}


def child(case, prepare, writer):
    signal.alarm(DEADLINE)
    code = 70
    try:
        redirect(case["log"])
        os.environ.clear()
        os.environ.update(case["env"])
        os.chdir(case["cwd"])
        sys.argv = ["kedro", *(os.fsdecode(bytes.fromhex(word)) for word in case["argv"])]
        isolate()
        prepare(case, lambda facts: os.write(writer, (json.dumps(facts) + "\n").encode()))
        start(case["script"])
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        # Nothing that the parent has begun is ended here.
        os._exit(code)


def start(script):
    if script is None:
        return cli.main()
    return exec(compile(script, "script", "exec"), {"__name__": "__main__"})


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


def bring_stand_ins():
    """Has what the datasets' optional dependencies would bring."""
    importlib.import_module("generate").replace_what_is_missing()
