"""Nodes of the baking pipeline."""


def heat_oven(temperature):
    """Temperature over time until the oven is hot."""
    return [20.0, temperature / 2, temperature]


def forecast(dough):
    """How much of each will sell."""
    return dough.groupby("recipe").size()
