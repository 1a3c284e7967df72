"""Registers: what no export carries and people enter, append-only, with author and moment."""

SYSTEM = "register"
"""The system under which ingest keeps their entries."""
