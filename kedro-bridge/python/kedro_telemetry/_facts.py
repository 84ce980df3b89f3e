"""What telemetry knows, under the names that other packages import from ``kedro_telemetry.plugin``.

The plugin is asked: none of this is decided a second time here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from kedro_telemetry import _kedro
from kedro_telemetry._host import host

NAMES = {
    "MISSING_USER_IDENTITY",
    "_check_for_telemetry_consent",
    "_get_heap_app_id",
    "_get_or_create_uuid",
    "_get_project_properties",
    "_hash",
    "_is_valid_syntax",
}
MISSING_USER_IDENTITY = "missing_user_identity"
_HEAP_APP_ID = "2388822444"


def _check_for_telemetry_consent(project_path: Path | None) -> bool | None:
    """``False`` after a refusal, ``True`` if the project says yes, else ``None``."""
    plugins = host()
    try:
        # Without a telemetry plugin nothing is recorded, which is as good as a refusal.
        return plugins.usage_fact("consent", *_scope(project_path)) if plugins else False
    except Exception:
        # Whoever cannot be asked has not agreed: a project whose path is not text, for one.
        return False


def _get_or_create_uuid() -> str:
    """The user's id; empty where there can be none."""
    return _fact("user", None) or ""


def _get_project_properties(user_uuid: str, project_path: Path | None) -> dict[str, Any]:
    """What every event says; ``user_uuid`` as the user's id."""
    properties = _fact("properties", project_path) or {}
    return {**properties, "username": user_uuid}


def _get_heap_app_id() -> str:
    """The id of the application at Heap that events are sent for."""
    return _fact("app_id", None) or _HEAP_APP_ID


def _is_valid_syntax(telemetry: Any) -> bool:
    """Whether the content of a ``.telemetry`` file says yes or no."""
    return isinstance(telemetry, dict) and isinstance(telemetry.get("consent"), bool)


def _hash(string: str) -> str:
    return hashlib.sha512(string.encode()).hexdigest()


def _fact(fact, project_path):
    plugins = host()
    return plugins and plugins.usage_fact(fact, *_scope(project_path))


def _scope(project_path):
    return None if project_path is None else str(project_path), _kedro.package_name()
