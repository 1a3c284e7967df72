"""Is the history of a school made from what landing holds now? A digest of its inputs is kept beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.history import HISTORY_VERSION
from ingest.identity import settled_of
from ingest.landing import Landing
from warehouse.settings import Settings


def inputs_digest(settings: Settings, landing: Landing, school_id: str) -> str:
    """Digest of everything the history of a school is made from."""
    rows = landing.ledger.execute(
        "select o.observation_id, o.status, o.accepted, c.reader, c.reader_version, c.batch"
        " from observations o join contents c using (content) where c.school_id = ? order by 1",
        [school_id],
    ).fetchall()
    settled = settled_of(settings.home, school_id).digest
    return hashlib.sha256(repr((HISTORY_VERSION, settled, rows)).encode()).hexdigest()


def _stamp(settings: Settings, school_id: str) -> Path:
    return settings.history / "_digests" / f"{school_id}.txt"


def up_to_date(settings: Settings, landing: Landing, school_id: str) -> bool:
    """Say whether the history of a school was made from what landing holds now."""
    stamp = _stamp(settings, school_id)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == inputs_digest(settings, landing, school_id)


def mark_up_to_date(settings: Settings, landing: Landing, school_id: str) -> None:
    """Note what the history of a school was made from."""
    stamp = _stamp(settings, school_id)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs_digest(settings, landing, school_id), encoding="utf-8")
