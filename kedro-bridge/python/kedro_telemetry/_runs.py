"""Kedro's hooks around pipelines, nodes and datasets, which come many times in a run.

Only those that a plugin implements are registered with Kedro: the others cost nothing.
"""

from pluggy import HookimplMarker

from kedro_telemetry._host import host, quiet

_hook = HookimplMarker("kedro")

NAMES = frozenset(
    f"{when}_{what}"
    for what, moments in {
        "node_run": ("before", "after"),
        "pipeline_run": ("before", "after"),
        "dataset_loaded": ("before", "after"),
        "dataset_saved": ("before", "after"),
        "node_error": ("on",),
        "pipeline_error": ("on",),
    }.items()
    for when in moments
)


def implemented():
    """The names of those that a plugin implements."""
    return frozenset(_implemented() or ())


@quiet
def _implemented():
    plugins = host()
    return plugins and [name for name in NAMES if plugins.run_hooks.implements(name)]


def _kind(error):
    return type(error).__name__


def _running(run_params, pipeline, error=None):
    def several(name):
        return [str(item) for item in run_params.get(name) or ()]

    # Kedro before 1.0 has one pipeline, a session and parameters under other names.
    names = several("pipeline_names") or [run_params.get("pipeline_name") or "__default__"]
    return {
        "run_id": str(run_params.get("run_id") or run_params.get("session_id") or ""),
        "project_path": str(run_params.get("project_path") or ""),
        "env": run_params.get("env"),
        "kedro_version": str(run_params.get("kedro_version") or ""),
        "pipeline_names": names,
        "tags": several("tags"),
        "from_nodes": several("from_nodes"),
        "to_nodes": several("to_nodes"),
        "node_names": several("node_names"),
        "from_inputs": several("from_inputs"),
        "to_outputs": several("to_outputs"),
        "namespaces": several("namespaces"),
        "runner": _class_name(run_params.get("runner")),
        "node_count": len(pipeline.nodes),
        "error_kind": None if error is None else _kind(error),
    }


def _class_name(runner):
    """The class of what Kedro says of the runner: that, or ``<package.Runner object at …>``."""
    return str(runner or "").removeprefix("<").split(" ")[0].rpartition(".")[2]


class RunHooks:
    """Passes these hooks on."""

    @_hook
    @quiet
    def before_node_run(self, node, inputs, is_async, run_id):
        host().run_hooks.before_node_run(node.name, node, run_id or "", is_async, inputs)

    @_hook
    @quiet
    def after_node_run(self, node, inputs, outputs, is_async, run_id):
        host().run_hooks.after_node_run(node.name, node, run_id or "", is_async, inputs, outputs)

    @_hook
    @quiet
    def on_node_error(self, error, node, inputs, is_async, run_id):
        host().run_hooks.on_node_error(
            node.name, node, run_id or "", is_async, inputs, _kind(error)
        )

    @_hook
    @quiet
    def before_pipeline_run(self, run_params, pipeline):
        host().run_hooks.before_pipeline_run(_running(run_params, pipeline))

    @_hook
    @quiet
    def after_pipeline_run(self, run_params, pipeline):
        host().run_hooks.after_pipeline_run(_running(run_params, pipeline))

    @_hook
    @quiet
    def on_pipeline_error(self, error, run_params, pipeline):
        host().run_hooks.on_pipeline_error(_running(run_params, pipeline, error))

    @_hook
    @quiet
    def before_dataset_loaded(self, dataset_name, node):
        host().run_hooks.before_dataset_loaded(dataset_name, node.name, node)

    @_hook
    @quiet
    def after_dataset_loaded(self, dataset_name, data, node):
        host().run_hooks.after_dataset_loaded(dataset_name, node.name, node, data)

    @_hook
    @quiet
    def before_dataset_saved(self, dataset_name, data, node):
        host().run_hooks.before_dataset_saved(dataset_name, node.name, node, data)

    @_hook
    @quiet
    def after_dataset_saved(self, dataset_name, data, node):
        host().run_hooks.after_dataset_saved(dataset_name, node.name, node, data)
