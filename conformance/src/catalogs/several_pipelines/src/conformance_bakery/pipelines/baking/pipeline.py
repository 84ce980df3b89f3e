from kedro.pipeline import Pipeline, node


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline([
        node(lambda x: x, "baking_0", "baking_1", name="baking_step_0"),
        node(lambda x: x, "baking_1", "baking_2", name="baking_step_1"),
        node(lambda x: x, "baking_2", "baking_3", name="baking_step_2"),
    ])
