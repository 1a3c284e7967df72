"""Observations that would shrink what is known too much: held back until a person accepts them."""

from __future__ import annotations

import hashlib

from ingest.history import Shrinkage
from ingest.landing import HELD_BACK, LOADED, Landing, Quarantined
from warehouse.language import gettext as _

SHRINKS = "shrinks"


def waiting_name(content: str, cause: str) -> str:
    """The name under which a content waits in quarantine for a cause."""
    return hashlib.sha256(f"{content} {cause}".encode()).hexdigest()[:8]


class Holds:
    """Holds observations of one school back in the ledger. aside: names of what waits because of this run."""

    def __init__(self, landing: Landing, school_id: str) -> None:
        self.landing, self.school_id = landing, school_id
        self.aside: set[str] = set()

    def release(self) -> None:
        """Judge what was held back, and not accepted, anew."""
        with self.landing.transaction():
            for name, content, _taken_at in self.landing.held_back(self.school_id):
                self.landing.set_status(name, LOADED)
                self.landing.settle(waiting_name(content, SHRINKS))

    def hold(self, shrinkage: Shrinkage) -> None:
        """Put an observation aside until a person accepts it."""
        with self.landing.transaction():
            content, file_name, container = self.landing.ledger.execute(
                "select o.content, c.file_name, c.container from observations o join contents c using (content)"
                " where o.observation_id = ?",
                [shrinkage.observation_id],
            ).fetchone()
            name = waiting_name(content, SHRINKS)
            reason = _("После этой выгрузки исчезнет {n} записей из {known} ({table}): похоже, она неполная.").format(
                n=shrinkage.removed, known=shrinkage.known, table=shrinkage.table
            )
            advice = _(
                "Проверьте, вся ли выгрузка сохранена. Если записи и правда удалены: zavuch ingest --accept {id}"
            )
            self.landing.set_status(shrinkage.observation_id, HELD_BACK, reason)
            self.landing.put_aside(
                Quarantined(name, content, container, file_name, SHRINKS, reason, advice.format(id=name))
            )
            self.aside.add(name)
