from kedro.pipeline import node, pipeline


def register_pipelines():
    return {"only": pipeline([node(lambda x: x, "flour", "dough", name="knead")])}
