"""The sdist: the crates of all parts, in a workspace of their own."""

import gzip
import io
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import maturin

from kedro_wheel.crates import cargo_metadata
from kedro_wheel.licences import FILE as LICENCES
from kedro_wheel.parts import PARTS
from kedro_wheel.settings import PROJECT, workspace

BESIDE = ("Cargo.lock", "LICENSE", "README.md")
# Where the project's own files are in the sdist, whose pyproject.toml is at its root.
MOVED = (
    ('backend-path = ["backend"]', 'backend-path = ["kedro-bridge/backend"]'),
    ('readme = "README.md"', 'readme = "kedro-bridge/README.md"'),
    ("[tool.maturin]\n", '[tool.maturin]\nmanifest-path = "kedro-bridge/Cargo.toml"\n'),
    ('python-source = "python"', 'python-source = "kedro-bridge/python"'),
    ('path = "python/', 'path = "kedro-bridge/python/'),
)


def write(folder, settings):
    """Writes the archive into the folder; gives its name."""
    folders = _folders()
    texts = {
        "Cargo.toml": _of_members((workspace() / "Cargo.toml").read_text(), folders),
        "pyproject.toml": _pyproject(),
        "PKG-INFO": _metadata(settings),
    }
    files = {
        name: workspace() / name
        for name in [*BESIDE, *_files(folders)]
        if (workspace() / name).exists()
    }
    files[LICENCES] = PROJECT / LICENCES
    name = _name(texts["PKG-INFO"])
    path = Path(folder) / f"{name}.tar.gz"
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
    ):
        with tarfile.open(
            fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, dereference=True
        ) as archive:
            for inside, text in sorted(texts.items()):
                _add(archive, f"{name}/{inside}", text.encode(), _time(PROJECT / "pyproject.toml"))
            for inside, file in sorted(files.items()):
                _add(archive, f"{name}/{inside}", file.read_bytes(), _time(file))
    return path.name


def _add(archive, inside, content, time):
    entry = tarfile.TarInfo(inside)
    entry.size, entry.mode, entry.mtime = len(content), 0o644, time
    archive.addfile(entry, io.BytesIO(content))


def _time(file):
    return int(os.environ.get("SOURCE_DATE_EPOCH") or file.stat().st_mtime)


def _folders():
    """The folders of the crates that the parts are made of, as their manifests say."""
    packages = {package["name"]: package for package in cargo_metadata("--no-deps")["packages"]}
    found, waiting = set(), list(PARTS)
    while waiting:
        name = waiting.pop()
        if name in packages and name not in found:
            found.add(name)
            waiting += [need["name"] for need in packages[name]["dependencies"] if need.get("path")]
    folders = (Path(packages[name]["manifest_path"]).parent for name in found)
    return sorted(folder.relative_to(workspace()).as_posix() for folder in folders)


def _files(folders):
    listed = _listed_by_git(folders) or _walked(folders)
    return [name for name in listed if not name.startswith("kedro-bridge/pyproject.toml")]


def _listed_by_git(folders):
    if not (workspace() / ".git").exists():
        return None
    command = [
        "git",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *folders,
    ]
    done = subprocess.run(command, cwd=workspace(), capture_output=True, text=True, check=False)
    return sorted(
        {name for name in done.stdout.split("\0") if name and (workspace() / name).is_file()}
    )


def _walked(folders):
    """All files of an unpacked sdist but what has been built in it."""
    built = re.compile(
        r"__pycache__|/_native|/kedro-plugin-host(\.exe)?$|/kedro_telemetry/plugins/|(^|/)target/"
    )
    paths = (
        path for folder in folders for path in (workspace() / folder).rglob("*") if path.is_file()
    )
    names = {path.relative_to(workspace()).as_posix() for path in paths}
    return sorted(name for name in names if not built.search(name))


def _of_members(manifest, folders):
    members = "".join(f'    "{folder}",\n' for folder in folders)
    return re.sub(
        r"members = \[.*?\]",
        lambda _: f"members = [\n{members}]",
        manifest,
        count=1,
        flags=re.DOTALL,
    )


def _pyproject():
    text = (PROJECT / "pyproject.toml").read_text()
    if PROJECT == workspace():
        return text
    for old, new in MOVED:
        if old not in text:
            raise SystemExit(
                f"error: pyproject.toml has no {old!r}, which has another path in the sdist"
            )
        text = text.replace(old, new)
    return text


def _metadata(settings):
    with tempfile.TemporaryDirectory() as folder:
        name = maturin.prepare_metadata_for_build_wheel(folder, settings.for_maturin())
        return (Path(folder) / name / "METADATA").read_text(encoding="utf-8")


def _name(metadata):
    version = re.search(r"^Version: (.+)$", metadata, re.MULTILINE)
    return f"kedro_telemetry-{version.group(1)}"
