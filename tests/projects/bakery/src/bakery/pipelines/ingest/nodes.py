"""Nodes of the ingest pipeline."""


def clean_orders(orders):
    """Drop orders without a customer."""
    return orders.dropna(subset=["customer"])


def join_prices(suppliers):
    """Price of flour by supplier."""
    return suppliers[["supplier", "flour"]]


def knead(orders, recipes):
    """Dough for each order."""
    return orders.merge(recipes, on="recipe")
