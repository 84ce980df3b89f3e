"""Cost of one pluggy hook call by number of hookimpls, as a JSON list of nanoseconds."""

import json
import statistics
import timeit

import pluggy

SIZES = [0, 1, 10, 100]
spec, impl = pluggy.HookspecMarker("bench"), pluggy.HookimplMarker("bench")


class Specs:
    @spec
    def answer(self, numbers):
        """The benched hook."""


class Plugin:
    @impl
    def answer(self, numbers):
        return 1


def cost(plugins):
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(Specs)
    for index in range(plugins):
        manager.register(Plugin(), name=f"plugin{index}")
    call, numbers, times = manager.hook.answer, object(), max(200, 20_000 // (plugins + 1))
    series = timeit.repeat(lambda: call(numbers=numbers), number=times, repeat=25)
    return statistics.median(series) / times * 1e9


print(json.dumps([cost(size) for size in SIZES]))
