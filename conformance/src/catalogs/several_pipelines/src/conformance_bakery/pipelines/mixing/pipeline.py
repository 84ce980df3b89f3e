from kedro.pipeline import Pipeline, node


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline([
        node(lambda x: x, "mixing_0", "mixing_1", name="mixing_step_0"),
        node(lambda x: x, "mixing_1", "mixing_2", name="mixing_step_1"),
    ])
