"""What can happen in a node."""

import sys
import time
from pathlib import Path


def write(greeting):
    return [greeting, "one loaf"]


def count(orders):
    return len(orders)


def fail():
    raise ValueError("no flour")


def leave():
    sys.exit(3)


def wait():
    Path("is_waiting").touch()
    time.sleep(60)


def double(value):
    return 2 * value
