"""Great Expectations suites over the built warehouse, and what to do with their results."""
