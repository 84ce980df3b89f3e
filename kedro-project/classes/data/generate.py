"""Write the table of dataset classes, `dataset_classes.txt`, of every release in `RELEASES`.

    python generate.py > dataset_classes.txt    # installs each release in turn; needs PyPI and some minutes
    python generate.py --check                  # says whether the newest release on PyPI has classes that the table lacks;
                                                # ends with 3 where nobody can know
    python generate.py --installed              # prints the rows of the releases that are installed, without a range

A row is `import path`, `class path`, `releases`, separated by tabs and sorted. The import path is one by which the
class can be imported, whether `dir` of the module has it or not, and the class path is what Kedro reports for it (`__module__` and `__qualname__`). The releases
are those of kedro for classes of `kedro`, and of kedro-datasets for all others: `3.0.1..9.0.0` from the first to the
last that has the row, `3.0.1..` when the newest has it.

To add a release, append it to `RELEASES` and run this again. The optional dependencies of the datasets need not be
installed: whatever is missing is replaced by an empty stand-in, which is enough to define the classes.
"""

import importlib
import importlib.abc
import importlib.machinery
import itertools
import pkgutil
import re
import subprocess
import sys
import tempfile
import types
import venv
import warnings
from pathlib import Path

# kedro and kedro-datasets, oldest first.
RELEASES = (
    ("0.18.14", "1.0.2"),
    ("0.18.14", "1.1.1"),
    ("0.18.14", "1.2.0"),
    ("0.18.14", "1.3.0"),
    ("0.18.14", "1.4.2"),
    ("0.18.14", "1.5.3"),
    ("0.18.14", "1.6.0"),
    ("0.18.14", "1.7.1"),
    ("0.18.14", "1.8.0"),
    ("0.18.14", "2.0.0"),
    ("0.18.14", "2.1.0"),
    ("0.19.14", "3.0.0"),
    ("0.19.14", "3.0.1"),
    ("0.19.14", "4.0.0"),
    ("0.19.14", "4.1.0"),
    ("0.19.14", "5.0.0"),
    ("0.19.14", "5.1.0"),
    ("0.19.15", "6.0.0"),
    ("0.19.15", "7.0.0"),
    ("1.0.0", "8.0.0"),
    ("1.0.0", "8.1.0"),
    ("1.1.1", "9.0.0"),
    ("1.1.1", "9.1.0"),
    ("1.2.0", "9.1.1"),
    ("1.3.1", "9.2.0"),
    ("1.4.0", "9.3.0"),
    ("1.5.0", "9.4.0"),
    ("1.6.0", "9.5.0"),
    ("1.7.0", "9.6.0"),
)
PACKAGES = ("kedro.io", "kedro.extras.datasets", "kedro_datasets", "kedro_datasets_experimental")
NEVER_REPLACED = {"chardet", *sys.stdlib_module_names, *(name.split(".")[0] for name in PACKAGES)}


class _AnyAttribute(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything

    def __or__(cls, other):
        return cls

    def __ror__(cls, other):
        return cls


class Anything(metaclass=_AnyAttribute):
    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Anything

    def __class_getitem__(cls, item):
        return cls


class StandIn(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        base = Exception if name.endswith(("Error", "Exception")) else Anything
        return type(name, (base,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in NEVER_REPLACED:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def replace_what_is_missing():
    """From now on, an import of a module that is not installed gives a stand-in."""
    warnings.simplefilter("ignore")
    sys.meta_path.append(Finder())


def candidates(module):
    """Names that can perhaps be imported from a module: those it lists, and those that its source mentions.

    Modules that load classes when they are asked for need not list them all, and old names of classes are never listed.
    """
    names = set(dir(module))
    if module.__file__:
        names.update(re.findall(r"\b[A-Z]\w+\b", Path(module.__file__).read_text(encoding="utf-8")))
    return sorted(names)


def installed():
    """The rows of the releases that are installed, without a range."""
    from kedro.io import AbstractDataset

    for package_name in PACKAGES:
        try:
            package = importlib.import_module(package_name)
        except ModuleNotFoundError:
            continue
        walked = pkgutil.walk_packages(package.__path__, package_name + ".")
        names = [package_name, *(m.name for m in walked if ".tests" not in m.name)]
        for module_name in names:
            try:
                module = importlib.import_module(module_name)
            except Exception as error:
                print(f"left out {module_name}: {error!r}", file=sys.stderr)
                continue
            for attribute in candidates(module):
                try:
                    cls = getattr(module, attribute)
                except Exception:
                    continue
                if not isinstance(cls, type) or not issubclass(cls, AbstractDataset):
                    continue
                if cls.__module__.startswith(package_name + "."):
                    yield f"{module_name}.{attribute}\t{cls.__module__}.{cls.__qualname__}"


def rows_of_each_release():
    """The rows of each of `RELEASES`, installed one after the other into one environment."""
    with tempfile.TemporaryDirectory() as directory:
        venv.create(directory, with_pip=True)
        python = Path(directory) / "bin" / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for kedro, datasets in RELEASES:
            subprocess.run([*pip, f"kedro=={kedro}", "lazy_loader"], check=True)
            # The oldest releases are not for the Python of today, in which they can be imported all the same.
            ignoring = ["--no-deps", "--ignore-requires-python"]
            subprocess.run([*pip, *ignoring, f"kedro-datasets=={datasets}"], check=True)
            command = [python, "-B", __file__, "--installed"]
            listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            yield set(listed.stdout.splitlines())


def with_ranges(rows_by_release):
    """Each row with the ranges of releases that have it."""
    for row in sorted(set().union(*rows_by_release)):
        column = 0 if row.startswith("kedro.") else 1
        for has_it, run in itertools.groupby(range(len(RELEASES)), lambda index: row in rows_by_release[index]):
            run = list(run)
            if has_it:
                last = "" if run[-1] == len(RELEASES) - 1 else RELEASES[run[-1]][column]
                yield f"{row}\t{RELEASES[run[0]][column]}..{last}"


def lacking():
    """The rows of the newest release on PyPI that the table lacks; `None` when PyPI cannot be reached."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            venv.create(directory, with_pip=True)
        except subprocess.CalledProcessError:
            return None
        python = Path(directory) / "bin" / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for packages in (["kedro", "lazy_loader"], ["--no-deps", "kedro-datasets"]):
            if subprocess.run([*pip, *packages], check=False).returncode:
                return None
        command = [python, "-B", __file__, "--installed"]
        listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    table = Path(__file__).with_name("dataset_classes.txt").read_text(encoding="utf-8").splitlines()
    known = {line.rpartition("\t")[0] for line in table if line.endswith("..")}
    return sorted(set(listed) - known)


def check():
    missing = lacking()
    if missing is None:
        print("PyPI cannot be reached, so nobody knows whether the table is complete", file=sys.stderr)
        sys.exit(3)
    print(*missing, sep="\n")
    sys.exit(f"{len(missing)} rows are missing; append the release to RELEASES" if missing else 0)


def main():
    if sys.argv[1:] == ["--check"]:
        check()
    if sys.argv[1:] == ["--installed"]:
        replace_what_is_missing()
        print(*sorted(set(installed())), sep="\n")
        return
    (first_kedro, first_datasets), (last_kedro, last_datasets) = RELEASES[0], RELEASES[-1]
    rows = with_ranges(list(rows_of_each_release()))
    print(f"# kedro {first_kedro} to {last_kedro}, kedro-datasets {first_datasets} to {last_datasets}; by generate.py")
    print("# import path\tclass path as Kedro reports it\treleases")
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
