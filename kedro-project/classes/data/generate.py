"""Print the table of dataset classes that `src/catalog/classes.rs` reads.

    python -m venv venv && venv/bin/pip install kedro==1.7.0 kedro-datasets==9.6.0
    venv/bin/python dataset_classes.py > dataset_classes.txt

Each line holds a path by which a dataset class can be imported and the path Kedro reports for that class
(`__module__` and `__qualname__`). The optional dependencies of the datasets need not be installed: whatever is
missing is replaced by an empty stand-in, which is enough to define the classes.
"""

import importlib
import importlib.abc
import importlib.machinery
import pkgutil
import sys
import types
import warnings
from importlib.metadata import version

from kedro.io import AbstractDataset

PACKAGES = ("kedro.io", "kedro_datasets", "kedro_datasets_experimental")
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


def rows():
    for package_name in PACKAGES:
        package = importlib.import_module(package_name)
        walked = pkgutil.walk_packages(package.__path__, package_name + ".")
        names = [package_name, *(m.name for m in walked if ".tests" not in m.name)]
        for module_name in names:
            module = importlib.import_module(module_name)
            for attribute in dir(module):
                cls = getattr(module, attribute)
                if not isinstance(cls, type) or not issubclass(cls, AbstractDataset):
                    continue
                if cls.__module__.startswith(package_name + "."):
                    yield f"{module_name}.{attribute}\t{cls.__module__}.{cls.__qualname__}"


def main():
    replace_what_is_missing()
    print(f"# kedro {version('kedro')}, kedro-datasets {version('kedro-datasets')}; written by dataset_classes.py")
    print("# import path\tclass path as Kedro reports it")
    print(*sorted(set(rows())), sep="\n")


if __name__ == "__main__":
    main()
