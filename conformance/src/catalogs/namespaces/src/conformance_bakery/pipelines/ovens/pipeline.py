from kedro.pipeline import Pipeline, node, pipeline


def create_pipeline(**kwargs) -> Pipeline:
    oven = pipeline([node(lambda x: x, "flour", "dough", name="knead"), node(lambda x: x, "dough", "bread", name="bake")])
    north = pipeline(oven, namespace="north", inputs=None)
    south = pipeline(oven, namespace="south", inputs={"flour": "south.flour"})
    return north + south
