from kedro.pipeline import Pipeline, node


def bake(dough):
    return {"loaf": dough["dough"]}


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline([
        node(bake, "dough", "rye_loaf", name="bake_rye", namespace="rye"),
        node(bake, "dough", "wheat_loaf", name="bake_wheat", namespace="wheat"),
    ])
