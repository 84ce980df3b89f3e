"""Nodes of the reporting pipeline."""


def tabulate(model):
    """Sales by recipe."""
    return model.reset_index()


def margin(table, prices):
    """What is left after flour."""
    return {"margin": float(table.iloc[:, 1].sum() - prices["flour"].sum())}
