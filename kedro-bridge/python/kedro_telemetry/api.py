"""Usage events that other packages raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kedro_telemetry._host import host, quiet


def send_telemetry_event(
    event_name: str, properties: dict[str, Any] | None = None, project_path: Path | None = None
) -> bool:
    """Records an event, to be sent when nobody waits for it.

    Consent is asked for as for every event, with what the project at ``project_path`` says if there
    is one: ask for none of your own. The properties of every event are added, and win. Values that
    are not single ones become text. Whoever raises an event answers for what is in it: no name,
    path or anything else of a person or a project.

    Gives whether the event was recorded. Never raises.
    """
    return bool(_raise(event_name, properties or {}, project_path))


@quiet
def _raise(event_name, properties, project_path):
    plugins = host()
    if plugins is None:
        return False
    path = None if project_path is None else str(project_path)
    return plugins.usage_event(
        event_name, [(str(name), value) for name, value in properties.items()], path
    )
