"""Readers: one module a source layout; each only turns a file into canonical rows."""
