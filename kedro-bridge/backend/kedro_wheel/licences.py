"""The licences of what is linked in from elsewhere, as these ask for."""

from kedro_wheel.settings import PROJECT

FILE = "THIRD-PARTY-LICENSES.txt"
NAMES = ("license", "licence", "copying", "copyright", "notice", "unlicense")
HEAD = """What is linked into the native files of kedro-telemetry, and under which licences.
Of a choice of licences any may be taken. The Rust standard library, which is in each of them, is
under MIT OR Apache-2.0; its copyright is that of The Rust Project Contributors.
"""
RULE = "\n" + "-" * 80 + "\n\n"


def write(linked):
    """Writes them beside pyproject.toml, which names the file."""
    foreign = {crate for part in linked for crate in part.crates if crate.is_foreign}
    crates = sorted(foreign, key=lambda crate: (crate.name, crate.version))
    users, lacking = {}, []
    for crate in crates:
        texts = _texts(crate)
        for text in texts:
            users.setdefault(text, []).append(f"{crate.name} {crate.version}")
        if not texts:
            lacking.append(f"{crate.name} {crate.version}")
    listing = "".join(f"{crate.name} {crate.version}: {crate.licence}\n" for crate in crates)
    sections = [f"{HEAD}\n{listing}"]
    if lacking:
        sections.append(f"Without a licence file in their packages: {', '.join(lacking)}\n")
    sections += [f"{', '.join(names)}:\n\n{text}\n" for text, names in users.items()]
    (PROJECT / FILE).write_text(RULE.join(sections), encoding="utf-8")


def _texts(crate):
    files = sorted(
        path
        for path in crate.folder.iterdir()
        if path.name.lower().startswith(NAMES) and path.is_file()
    )
    return [
        path.read_text(encoding="utf-8", errors="replace").strip().replace("\r\n", "\n")
        for path in files
    ]
