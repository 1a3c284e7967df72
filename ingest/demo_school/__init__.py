"""A synthetic school that writes exports in real layouts, with planted, known faults."""
