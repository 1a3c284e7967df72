"""stub"""
from dataclasses import dataclass, field
from ingest.demo_school.marks import Limits
@dataclass
class Planned:
    everybody_there: set = field(default_factory=set)
    limits: Limits = field(default_factory=Limits)
    untold: set = field(default_factory=set)
def plan(rng, world, truth): return Planned()
