"""The dashboards: a gate that knows people, and one page for each of them."""
