"""Lets the own tests of kedro-telemetry 0.9.0 look at what this package does.

They replace functions of the original, and look at what these are called with. Each such function that
has something behind it here gets its name here: a test's answer takes the place of the fact in the
events that were really recorded, or brings about that fact. Nothing is pretended for the others.
"""

import builtins
import json
import os
import subprocess
import tomllib
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import NonCallableMock, patch

import pytest
import tomli_w
from kedro.framework import project
from kedro_telemetry import _host, api, plugin

IDENTITY = Path(os.environ["XDG_CONFIG_HOME"], "kedro", "telemetry.toml")


def telemetry(*words):
    done = subprocess.run([_host.PROGRAM, "telemetry", *words], capture_output=True, check=True)
    return done.stdout.splitlines()


# Whoever said yes needs no notice, which nobody would read here.
telemetry("on")


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """Each test has its own host and folder, and a user who has said yes."""
    monkeypatch.setattr(_host, "_host", None)
    monkeypatch.chdir(tmp_path)


def replaced(name, module=plugin):
    """What the test has in the place of that function."""
    value = getattr(module, name)
    return value if isinstance(value, NonCallableMock) else None


def fails(function):
    effect = function and function.side_effect
    return isinstance(effect, (BaseException, type))


@contextmanager
def facts(project_path, module=plugin):
    """Has the facts be as the test says, where they decide about more than their own value."""
    with ExitStack() as stack:
        consent, identity = replaced("_check_for_telemetry_consent", module), replaced("_get_or_create_uuid", module)
        if consent and consent.return_value is False:
            stack.enter_context(patch.dict(os.environ, DO_NOT_TRACK="1"))
        if fails(identity):
            stack.enter_context(patch.object(api, "host", identity))
        opened = builtins.open if isinstance(builtins.open, NonCallableMock) else None
        if (identity and not identity.return_value) or fails(opened):
            stack.enter_context(without_identity())
        elif opened:
            (Path.cwd() / project_path).mkdir(parents=True, exist_ok=True)
            write(project_path / "pyproject.toml", opened().read())
        yield


@contextmanager
def without_identity():
    """The file that has it can neither be read nor written."""
    kept = IDENTITY.with_suffix(".kept")
    if os.path.isfile(IDENTITY):
        os.rename(IDENTITY, kept)
    os.makedirs(IDENTITY)
    try:
        yield
    finally:
        os.rmdir(IDENTITY)
        if os.path.isfile(kept):
            os.rename(kept, IDENTITY)


def write(path, content):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(file, content)
    os.close(file)


def recorded():
    """The events of this user, by their keys."""
    lines = map(json.loads, telemetry("log", "--format", "json"))
    return {line["event"]["idempotency_key"]: line["event"] for line in lines if "event" in line}


@contextmanager
def told(project_path, module=plugin):
    """Calls what stands for the original's sender with each event that is recorded meanwhile."""
    before = recorded()
    with facts(project_path, module):
        yield
    for key, event in recorded().items():
        if key not in before:
            module._send_heap_event(**as_told(event, module))


def as_told(event, module):
    properties = event["properties"]
    if base := replaced("_get_project_properties", module):
        for name in plugin._get_project_properties("", None):
            properties.pop(name)
        properties |= base.return_value
    identity = replaced("_get_or_create_uuid", module)
    if identity and identity.return_value:
        event["identity"] = properties["username"] = identity.return_value
    if replaced("_get_or_create_project_id"):
        properties["project_id"] = plugin._hash("")
    if is_ci := replaced("_is_known_ci_env"):
        properties["is_ci_env"] = is_ci.return_value
    return {"event_name": event["event"], "identity": event["identity"], "properties": properties}


class KedroTelemetryHook(plugin.KedroTelemetryHook):
    """Each of the original's has a state of its own; here the host has it."""

    def __init__(self):
        _host._host = None

    def before_command_run(self, project_metadata, command_args):
        self.command = project_metadata, command_args
        with told(project_metadata.project_path):
            super().before_command_run(project_metadata, command_args)

    def after_command_run(self):
        with told(self.command[0].project_path):
            super().after_command_run(*self.command, 0)

    def after_context_created(self, context):
        self.path = context.project_path
        with told(self.path):
            super().after_context_created(context)

    def after_catalog_created(self, catalog):
        with told(self.path):
            super().after_catalog_created(catalog)


def send_telemetry_event(event_name, properties=None, project_path=None):
    with told(project_path, api):
        return raise_event(event_name, properties, project_path)


def format_project_statistics_data(catalog, default_pipeline, project_pipelines):
    """The statistics in the event that such a project's catalog makes."""
    pipelines = dict(zip(["__default__", *list(project_pipelines)[1:]], [default_pipeline] * len(project_pipelines)))
    known = {name: getattr(catalog, name) for name in ("keys", "list", "get_type", "validator_specs") if hasattr(catalog, name)}
    hook = KedroTelemetryHook.__base__()
    before = recorded()
    with patch.object(project, "pipelines", pipelines):
        hook.after_catalog_created(SimpleNamespace(**known))
    base = plugin._get_project_properties("", None)
    event = next(event for key, event in recorded().items() if key not in before)
    return {name: value for name, value in event["properties"].items() if name not in base}


def format_tools(tools):
    """What the events of a project with these tools say."""
    value = {} if tools is None else {"tools": list(tools) if isinstance(tools, tuple) else tools}
    Path("pyproject.toml").write_text(tomli_w.dumps({"tool": {"kedro": value}}))
    return plugin._get_project_properties("", Path.cwd()).get("tools")


raise_event = api.send_telemetry_event
api.send_telemetry_event = send_telemetry_event
for name in ("_check_for_telemetry_consent", "_get_or_create_uuid", "_get_project_properties"):
    setattr(api, name, getattr(plugin, name))


def absent(*args, **kwargs):
    raise NotImplementedError("no command of this package makes a request")


api._send_heap_event = plugin._send_heap_event = absent
plugin.PACKAGE_NAME = plugin._get_or_create_project_id = None
plugin._SKIP_TELEMETRY_ENV_VAR_KEYS = ("DO_NOT_TRACK", "KEDRO_DISABLE_TELEMETRY")
plugin.KNOWN_CI_ENV_VAR_KEYS = set()
plugin._is_known_ci_env = lambda _: plugin._get_project_properties("", None)["is_ci_env"]
plugin._format_tools = format_tools
plugin._format_project_statistics_data = format_project_statistics_data
plugin.KedroTelemetryHook = KedroTelemetryHook
plugin.tomllib, plugin.tomli_w = tomllib, tomli_w
