"""Serve a home in a process of its own, as `zavuch serve` does: python -m tests.dashboards.serving HOME PORT [demo]."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboards.server import serve

if __name__ == "__main__":
    serve(Path(sys.argv[1]), port=int(sys.argv[2]), demo="demo" in sys.argv[3:])
