"""Print what the real Kedro finds in each project that is given: pipelines with their numbers of nodes, and datasets.

A line of JSON for each. Libraries that are not installed are replaced by empty stand-ins, so that a project need not be
installed to be read. The project's own code is run, each in a process of its own.
"""

import importlib.abc
import importlib.machinery
import json
import logging
import os
import signal
import sys
import types
import warnings
from pathlib import Path

os.environ["DO_NOT_TRACK"] = "1"
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

# What a project may take.
MOST_SECONDS = 60


class _AnyAttribute(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything


class Anything(metaclass=_AnyAttribute):
    __name__ = "anything"

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return args[0] if len(args) == 1 and callable(args[0]) else Anything()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __class_getitem__(cls, item):
        return cls


class StandIn(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception if name.endswith(("Error", "Exception")) else Anything,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, own):
        self.own = {"kedro", *own, *sys.stdlib_module_names}

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.own:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def count(pipeline):
    """The number of nodes of what may be no pipeline at all."""
    from kedro.pipeline import Pipeline

    return len(pipeline.nodes) if isinstance(pipeline, Pipeline) else None


def facts(project):
    from kedro.framework.project import pipelines, settings
    from kedro.framework.startup import _get_project_metadata, bootstrap_project

    metadata = _get_project_metadata(project)
    own = {path.stem for path in Path(metadata.source_dir).iterdir()} | {metadata.package_name.split(".")[0]}
    sys.meta_path.append(Finder(own))
    bootstrap_project(project)
    found = {}
    try:
        found["pipelines"] = {str(name): count(pipeline) for name, pipeline in dict(pipelines).items()}
    except BaseException as error:
        found["pipelines_error"] = repr(error)[:200]
    try:
        source = str(project / settings.CONF_SOURCE)
        loader = settings.CONFIG_LOADER_CLASS(conf_source=source, env=None, **settings.CONFIG_LOADER_ARGS)
        found["datasets"] = sorted(name for name in loader["catalog"] if "{" not in name)
    except BaseException as error:
        found["datasets_error"] = repr(error)[:200]
    return found


def run(project, out):
    """Write the line of one project, in a process that ends then, whatever its code does to it."""
    os.chdir(project)
    try:
        result = facts(project)
    except BaseException as error:
        result = {"error": repr(error)[:200]}
    os.write(out, json.dumps(result).encode() + b"\n")
    os._exit(0)


if __name__ == "__main__":
    # What projects print must not come between.
    out = os.dup(1)
    os.dup2(2, 1)
    import kedro.config
    import kedro.framework.project
    import kedro.framework.startup

    for project in map(Path, sys.argv[1:]):
        child = os.fork()
        if child == 0:
            signal.alarm(MOST_SECONDS)
            run(project.resolve(), out)
        _, status = os.waitpid(child, 0)
        if status:
            os.write(out, b'{"error": "the project ends the program"}\n')
