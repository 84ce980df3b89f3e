from kedro.framework.project import find_pipelines
from kedro.pipeline import Node, Pipeline


def register_pipelines():
    pipelines = find_pipelines()
    names = iter(["a", "b", "c"])
    next(names)
    once = (Node(len, name, f"{name}1") for name in names)
    first = Pipeline(list(once))
    pipelines["__default__"] = first + Pipeline(list(once))
    return pipelines
