"""Everything that outlives a conversation. Knows nothing of models or chat."""

from store.datasets import Version
from store.errors import BadQuery, Busy, NoSpace, NotApproved, NotFound, StoreError
from store.fixes import Fix, Narrowing
from store.jobs import Job, Progress
from store.runs import TrainingRun
from store.workspace import Workspace

__all__ = [
    "BadQuery",
    "Busy",
    "Fix",
    "Job",
    "Narrowing",
    "NoSpace",
    "NotApproved",
    "NotFound",
    "Progress",
    "StoreError",
    "TrainingRun",
    "Version",
    "Workspace",
]
