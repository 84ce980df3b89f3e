"""Kedro's hooks, passed on to plugins. ``telemetry_hook`` is what Kedro registers."""

from __future__ import annotations

from pluggy import HookimplMarker

from kedro_telemetry import _kedro, _runs
from kedro_telemetry._host import host, quiet

_cli_hook = HookimplMarker("kedro_cli")
_hook = HookimplMarker("kedro")


class KedroTelemetryHook(_runs.RunHooks):
    """Passes Kedro's hooks on."""

    # Whether plugins know the project at work. Where they could not be told of it, as of one whose
    # path is not text, they would not find what it says of telemetry, and hear of nothing in it.
    _knows_project = True

    def __dir__(self):
        """What Kedro looks for hooks in: of those of runs, only what a plugin implements."""
        unwanted = _runs.NAMES - _runs.implemented()
        return [name for name in super().__dir__() if name not in unwanted]

    @_cli_hook
    @quiet
    def before_command_run(self, project_metadata, command_args):
        if plugins := host():
            self._knows_project = False
            plugins.before_command_run(
                _words(command_args), _kedro.project(project_metadata), _kedro.vocabulary
            )
            self._knows_project = True

    @_cli_hook
    @quiet
    def after_command_run(self, project_metadata, command_args, exit_code):
        if plugins := host():
            project = _kedro.project(project_metadata)
            plugins.after_command_run(
                _words(command_args), project, _kedro.vocabulary, _exit_code(exit_code)
            )

    @_hook
    @quiet
    def after_context_created(self, context):
        if plugins := host():
            self._knows_project = False
            # A context need not be Kedro's own: the original asks for the path alone.
            env = getattr(context, "env", None) or "local"
            plugins.after_context_created(str(context.project_path), _kedro.package_name(), env)
            self._knows_project = True

    @_hook
    @quiet
    def after_catalog_created(self, catalog):
        if self._knows_project and (plugins := host()):
            plugins.after_catalog_created(lambda: _kedro.catalog(catalog))


def _words(command_args):
    return [word if isinstance(word, str) else str(word) for word in command_args]


def _exit_code(code):
    """As ``sys.exit`` takes it."""
    if code is None:
        return 0
    return code if isinstance(code, int) else 1


telemetry_hook = KedroTelemetryHook()


def __getattr__(name):
    """The names that other packages import from here, of which no command needs any."""
    if name == "ProjectMetadata":
        from kedro.framework.startup import ProjectMetadata

        return ProjectMetadata
    if name == "_mask_kedro_cli":
        from kedro_telemetry.masking import _mask_kedro_cli

        return _mask_kedro_cli
    from kedro_telemetry import _facts

    if name in _facts.NAMES:
        return getattr(_facts, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
