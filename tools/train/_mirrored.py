"""Where a run is mirrored to, and whether that works, in a sentence."""

from store import Workspace
from tools.train.trackers import KINDS


def mirrored(ws: Workspace) -> list[str]:
    """A sentence about the mirror, if one is set. A mirror whose process was killed is begun again."""
    mirror = ws.mirrors.get()
    if mirror is None:
        return []
    ws.mirrors.begin_again()
    job = ws.mirrors.last()
    told = ws.jobs.progress(job.id) if job else []
    if job and job.state == "failed":
        return [f"It is not mirrored: {job.sentence}"]
    if job and job.live and told:
        return [told[-1].text]
    return [f"It is mirrored to {KINDS[mirror.tracker].title} as {mirror.name}."]
