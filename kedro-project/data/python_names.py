"""Write `python_names.txt`: the names of Python's own modules that projects import from.

    python3.11 python_names.py > python_names.txt

A name that is not there may be one of a newer Python, so that whether it can be imported is not known.
"""

import importlib
import sys

MODULES = (
    "abc argparse ast base64 calendar collections collections.abc concurrent.futures configparser contextlib copy csv "
    "dataclasses datetime decimal enum fnmatch functools getpass glob hashlib importlib importlib.metadata inspect io "
    "itertools json logging logging.config math operator os os.path pathlib pickle platform pprint random re shutil "
    "statistics string subprocess sys tempfile textwrap time timeit types typing unittest unittest.mock uuid warnings"
)

if __name__ == "__main__":
    print(f"# Modules of Python {sys.version_info[0]}.{sys.version_info[1]} and their names. By python_names.py.")
    for name in MODULES.split():
        print(name, *sorted(attribute for attribute in dir(importlib.import_module(name)) if not attribute.startswith("__")))
