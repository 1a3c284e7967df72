"""What was known when, worked out from every loaded observation of a school; written as Parquet."""

from ingest.history.step import SHRINK_ROWS, SHRINK_SHARE, Shrinkage
from ingest.history.update import HISTORY_VERSION, Holds, Updated, update_history

__all__ = ["HISTORY_VERSION", "SHRINK_ROWS", "SHRINK_SHARE", "Holds", "Shrinkage", "Updated", "update_history"]
