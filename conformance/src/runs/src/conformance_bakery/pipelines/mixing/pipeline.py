from kedro.pipeline import Pipeline, node


def weigh(grams):
    return {"grams": grams}


def knead(flour):
    return {"dough": flour["grams"] + 300}


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline([
        node(weigh, "params:grams", "flour", name="weigh", tags=["quick"]),
        node(knead, "flour", "dough", name="knead"),
    ])
