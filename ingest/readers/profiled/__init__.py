"""Tables of any journal system, read by small TOML profiles; `docs/profiles.md` tells their language."""
