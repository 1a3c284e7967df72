"""Who is who across the exports of one school: pupils, teachers, subjects and classes under one id each."""

from ingest.identity.resolving import Identity, resolve
from ingest.identity.settled import Settled, load_settled, settled_of

__all__ = ["Identity", "Settled", "load_settled", "resolve", "settled_of"]
