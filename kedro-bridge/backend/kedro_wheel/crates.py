"""The crates that are linked into each part of the wheel."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kedro_wheel.parts import PARTS
from kedro_wheel.settings import workspace


@dataclass(frozen=True)
class Crate:
    name: str
    version: str
    # An expression of SPDX.
    licence: str
    # Where its sources are.
    folder: Path
    # Whether it comes from elsewhere.
    is_foreign: bool
    # The SHA-256 of its package, if it comes from elsewhere.
    checksum: str

    @property
    def url(self):
        return f"pkg:cargo/{self.name}@{self.version}"


@dataclass(frozen=True)
class Linked:
    """One part, all crates in it, and which of them needs which, by their URLs."""

    root: Crate
    crates: list
    needs: dict


def of_parts(settings):
    """What is linked into each part, for the platform that is built for."""
    metadata = cargo_metadata("--filter-platform", settings.triple)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    checksums = _checksums()
    roots = {packages[id_]["name"]: id_ for id_ in metadata["workspace_members"]}
    return [_linked(roots[part], packages, nodes, checksums) for part in PARTS]


def cargo_metadata(*options):
    command = ["cargo", "metadata", "--format-version", "1", *options]
    done = subprocess.run(command, cwd=workspace(), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return json.loads(done.stdout)


def _linked(root, packages, nodes, checksums):
    found, waiting = {}, [root]
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found[id_] = [
                need for need in _needs(nodes[id_]) if not _runs_in_compiler(packages[need])
            ]
            waiting += found[id_]
    crates = {id_: _crate(packages[id_], checksums) for id_ in found}
    needs = {
        crates[id_].url: sorted({crates[need].url for need in needs})
        for id_, needs in found.items()
    }
    others = sorted(
        (crate for id_, crate in crates.items() if id_ != root), key=lambda crate: crate.url
    )
    return Linked(crates[root], others, needs)


def _needs(node):
    return [
        need["pkg"]
        for need in node["deps"]
        if any(kind["kind"] is None for kind in need["dep_kinds"])
    ]


def _runs_in_compiler(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def _crate(package, checksums):
    licence = (package["license"] or "NOASSERTION").replace("/", " OR ")
    name, version = package["name"], package["version"]
    folder = Path(package["manifest_path"]).parent
    return Crate(
        name,
        version,
        licence,
        folder,
        package["source"] is not None,
        checksums.get((name, version), ""),
    )


def _checksums():
    lock = (workspace() / "Cargo.lock").read_text()
    pattern = r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"'
    return {(name, version): checksum for name, version, checksum in re.findall(pattern, lock)}
