"""One page for each person."""
