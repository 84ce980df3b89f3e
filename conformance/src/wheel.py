"""Run cases with the wheel: Kedro's command line with our package in place of the original.

    python wheel.py PLAN.json RESULTS.json

Nothing of the package is replaced: its endpoint is the environment's. What plugins load, each case loads itself.
"""

import sys

import cases

# It makes its host when the first hook is called, which is in the fork.
WARM = ("kedro_telemetry.plugin",)


def prepare(case, tell):
    if case["stand_ins"]:
        bring_stand_ins_after_counting()


def bring_stand_ins_after_counting():
    """Counting needs no class; the command that goes on does, and has what it has with the original."""
    from kedro_telemetry import _kedro

    count = _kedro.catalog

    def counted(catalog):
        result = count(catalog)
        cases.bring_stand_ins()
        return result

    _kedro.catalog = counted


if __name__ == "__main__":
    cases.main(*sys.argv[1:], warm=WARM, prepare=prepare)
