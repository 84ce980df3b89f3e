from kedro.pipeline import node, pipeline


def register_pipelines():
    first = pipeline([node(lambda x: x, "flour", "dough", name="knead")])
    second = pipeline([node(lambda x: x, "dough", "bread", name="bake")])
    return {"first": first, "second": second, "both": first + second, "__default__": first + second}
