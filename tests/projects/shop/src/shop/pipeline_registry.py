"""A pipeline for each way to end, and one as large as a variable says."""

import os

from kedro.pipeline import Pipeline, node

from .nodes import count, double, fail, leave, wait, write


def register_pipelines():
    if os.environ.get("SHOP_IS_CLOSED"):
        raise RuntimeError("the shop is closed")
    wide = Pipeline([node(double, "params:number", f"doubled_{i}", name=f"double_{i}") for i in range(_width())])
    if os.environ.get("SHOP_IS_WIDE"):
        return {"__default__": wide}
    return {
        "__default__": Pipeline([node(write, "params:greeting", "orders"), node(count, "orders", "number")]),
        "fails": Pipeline([node(fail, None, "nothing")]),
        "leaves": Pipeline([node(leave, None, "nothing")]),
        "waits": Pipeline([node(wait, None, "nothing")]),
        "wide": wide,
    }


def _width():
    return int(os.environ.get("SHOP_WIDTH", "1"))
