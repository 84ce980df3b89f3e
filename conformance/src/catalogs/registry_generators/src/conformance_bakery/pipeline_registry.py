from kedro.framework.project import find_pipelines
from kedro.pipeline import Node, Pipeline


def register_pipelines():
    pipelines = find_pipelines()

    def made(count):
        for index in range(count):
            match index:
                case 1:
                    continue
                case _:
                    yield Node(len, "a", f"b{index}")

    first, *_ = [Pipeline([*made(4)])]
    pipelines["__default__"] = first
    return pipelines
