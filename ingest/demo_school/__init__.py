"""A synthetic school: a whole quarter of life, exports in the real layouts, and a list of planted faults."""

from ingest.demo_school.generate import DemoAccount, DemoPlan, generate

__all__ = ["DemoAccount", "DemoPlan", "generate"]
