"""Write the modules of Kedro and the names in each, `kedro_names.txt`.

    python names.py > kedro_names.txt    # with the Kedro that projects are read for, and nothing more

A row is a module and the names that can be imported from it, separated by spaces. Where a module cannot be imported
because an optional library is missing, the row says `*`: anything may be there.
"""

import contextlib
import importlib
import io
import pkgutil
import warnings

import kedro

NEVER_IMPORTED = {"kedro.__main__", "kedro.ipython"}


def rows():
    """The rows, in no order."""
    walked = pkgutil.walk_packages(kedro.__path__, "kedro.", onerror=lambda name: None)
    modules = ["kedro", *(m.name for m in walked if ".templates" not in m.name)]
    for name in [*modules, *NEVER_IMPORTED]:
        if name.startswith(tuple(f"{never}." for never in NEVER_IMPORTED)):
            continue
        try:
            if name in NEVER_IMPORTED:
                raise ImportError(name)
            names = [own for own in dir(importlib.import_module(name)) if not own.startswith("__")]
        except ImportError:
            names = ["*"]
        yield " ".join([name, *sorted(names)])


def main():
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        found = sorted(set(rows()))
    what = "and their names; `*` where a library that may be missing decides. By names.py."
    print(f"# Modules of kedro {kedro.__version__} {what}")
    print(*found, sep="\n")


if __name__ == "__main__":
    main()
