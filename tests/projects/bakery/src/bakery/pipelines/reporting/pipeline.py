"""What the baker reads."""

from kedro.pipeline import Pipeline, node, pipeline

from .nodes import margin, tabulate


def create_pipeline(**kwargs) -> Pipeline:
    """Tabulate the sales and compute the margin."""
    return pipeline(
        [
            node(tabulate, inputs="demand_model", outputs="sales_table", name="tabulate"),
            node(margin, inputs=["sales_table", "flour_prices"], outputs="margin", name="margin"),
        ]
    )
