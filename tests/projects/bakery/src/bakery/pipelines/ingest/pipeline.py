"""From raw files to dough."""

from kedro.pipeline import Pipeline, node

from .nodes import clean_orders, join_prices, knead


def create_pipeline(**kwargs) -> Pipeline:
    """Clean the orders, price the flour, knead."""
    return Pipeline(
        [
            node(clean_orders, inputs="orders", outputs="cleaned_orders", name="clean_orders"),
            node(join_prices, inputs="suppliers", outputs="flour_prices", name="join_prices"),
            node(knead, inputs=["cleaned_orders", "recipes"], outputs="dough_cache", name="knead"),
        ]
    )
