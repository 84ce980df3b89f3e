"""What plugins may ask of the running Kedro.

Nothing is imported that the command does not import itself.
"""

import sys

_PARAMETERS = ("parameters", "params:")


def project(metadata):
    """Folder and package of a project, from Kedro's metadata of it."""
    if metadata is None:
        return None
    return str(metadata.project_path), metadata.package_name or ""


def package_name():
    """The package of the project that is configured, as Kedro has it at this moment."""
    from kedro.framework import project

    return project.PACKAGE_NAME or ""


def vocabulary(args, cli=None):
    """Those of Kedro's own words that matter to this command line: ``(name, options, commands)``.

    Only the commands that were typed are looked at: a lazy group imports no others then. Options
    are those of the commands themselves; asking for the help option would make it, and the one that
    is made first is used for all.
    """
    cli = cli or _running_cli() or _another_cli()
    return _node("kedro", cli, [str(word) for word in args])


def _node(name, command, words):
    options = [
        word for parameter in command.params for word in parameter.opts if word.startswith("-")
    ]
    if command.add_help_option and "--help" not in options:
        options.append("--help")
    commands = []
    # Collections of groups are groups themselves only in newer versions of click.
    if words and not words[0].startswith("-") and hasattr(command, "get_command"):
        found = command.get_command(None, words[0])
        if found is not None:
            commands.append(_node(words[0], found, words[1:]))
    return name, options, commands


def _running_cli():
    """The command line interface whose ``main`` calls the hooks right now."""
    from kedro.framework.cli.cli import KedroCLI

    frame = sys._getframe()
    while frame is not None:
        candidate = frame.f_locals.get("self") if frame.f_code.co_name == "main" else None
        if isinstance(candidate, KedroCLI):
            return candidate
        frame = frame.f_back
    return None


def _another_cli():
    from pathlib import Path

    from kedro.framework.cli.cli import KedroCLI
    from kedro.utils import find_kedro_project

    return KedroCLI(project_path=find_kedro_project(Path.cwd()) or Path.cwd())


def catalog(catalog):
    """What is in a catalog, and in the pipelines of its project."""
    return {
        "datasets": _datasets(catalog),
        "validators": _validators(catalog),
        "pipelines": _pipelines(),
        "save_version": getattr(catalog, "_save_version", None),
        "load_versions": list((getattr(catalog, "_load_versions", None) or {}).items()),
    }


def _datasets(catalog):
    if hasattr(catalog, "keys"):
        return [(name, dataset_type(catalog, name)) for name in _names(catalog.keys())]
    # A catalog from before Kedro 1.0, whose classes the original does not count either.
    return [(name, "") for name in _names(catalog.list())]


def _names(names):
    return [name for name in names if not name.startswith(_PARAMETERS)]


def _validators(catalog):
    specs = getattr(catalog, "validator_specs", None) or {}
    return [(name, getattr(spec, "class_path", "") or "") for name, spec in specs.items()]


def _pipelines():
    from kedro.framework.project import pipelines

    return [(name, _number_of_nodes(pipelines.get(name))) for name in pipelines.keys()]


def _number_of_nodes(pipeline):
    return len(pipeline.nodes) if pipeline else None


def dataset_type(catalog, name):
    """The path of a dataset's class, without making the dataset or importing the class."""
    lazy = getattr(catalog, "_lazy_datasets", {}).get(name)
    if lazy is not None:
        return _class_path(lazy.config.get("type", ""))
    datasets = getattr(catalog, "_datasets", {})
    if name in datasets:
        return _path_of(type(datasets[name]))
    return catalog.get_type(name) or ""


def _class_path(declared):
    if not isinstance(declared, str):
        return _path_of(declared)
    return _loaded_class_path(declared) or _known_class_path(declared) or declared


def _path_of(class_):
    return f"{class_.__module__}.{class_.__qualname__}"


def _loaded_class_path(declared):
    """The path of a class that has been imported: none of its names need be that path."""
    from kedro_telemetry import _native

    for prefix in _native.DATASET_PREFIXES:
        module, _, name = f"{prefix}{declared}".rpartition(".")
        class_ = vars(sys.modules[module]).get(name) if module in sys.modules else None
        if isinstance(class_, type):
            return _path_of(class_)
    return None


def _known_class_path(declared):
    from kedro_telemetry import _native

    return _native.dataset_class(declared)


def rehearse(words):
    """What plugins would be told of a command line.

    Its project, what knows its words, and what reads its catalog.
    """
    from pathlib import Path

    from kedro.framework.cli.cli import KedroCLI
    from kedro.framework.startup import bootstrap_project
    from kedro.utils import find_kedro_project

    path = find_kedro_project(Path.cwd())
    metadata = bootstrap_project(path) if path else None
    cli = _running_cli() or KedroCLI(project_path=path or Path.cwd())
    reads_catalog = metadata is not None and _reads_catalog(words)
    return (
        project(metadata),
        lambda args: vocabulary(args, cli),
        (lambda: _catalog_of(path)) if reads_catalog else None,
    )


def _reads_catalog(words):
    return bool(words) and words[0] in ("run", "catalog") and not {"-h", "--help"} & set(words)


def _catalog_of(path):
    """The catalog of a project as a session would make it, without anybody being told."""
    from kedro.framework.hooks.manager import _NullPluginManager
    from kedro.framework.session import KedroSession

    session = KedroSession.create(project_path=path, save_on_close=False)
    session._hook_manager = _NullPluginManager()
    return catalog(session.load_context().catalog)
