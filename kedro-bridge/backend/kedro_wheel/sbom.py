"""What program and plugin consist of, as CycloneDX; maturin does the same for the module."""

import json

from kedro_wheel.parts import MODULE


def write(linked, folder):
    """Writes a file for each part but the module; gives their paths."""
    return [_write(part, folder) for part in linked if part.root.name != MODULE]


def _write(part, folder):
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": _component(part.root, "application")},
        "components": [_component(crate, "library") for crate in part.crates],
        "dependencies": [
            {"ref": url, "dependsOn": needs} for url, needs in sorted(part.needs.items())
        ],
    }
    path = folder / f"{part.root.name}.cyclonedx.json"
    path.write_text(json.dumps(bom, indent=2) + "\n", encoding="utf-8")
    return path


def _component(crate, kind):
    component = {
        "type": kind,
        "bom-ref": crate.url,
        "name": crate.name,
        "version": crate.version,
        "purl": crate.url,
        "licenses": [{"expression": crate.licence}],
    }
    if crate.checksum:
        component["hashes"] = [{"alg": "SHA-256", "content": crate.checksum}]
    return component
