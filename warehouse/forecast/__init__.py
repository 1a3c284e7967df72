"""The forecast of final marks: an ordinal model fitted on closed periods, its sets of marks, its quality."""
