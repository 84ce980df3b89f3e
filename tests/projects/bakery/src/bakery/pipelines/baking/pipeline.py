"""From dough to bread."""

from kedro.pipeline import Node, Pipeline

from .nodes import forecast, heat_oven


def create_pipeline(**kwargs) -> Pipeline:
    """Heat the oven, forecast the demand."""
    return Pipeline(
        [
            Node(heat_oven, inputs="params:oven.temperature", outputs="oven_curve", name="heat_oven"),
            Node(forecast, inputs="dough_cache", outputs="demand_model", name="forecast"),
        ]
    )
