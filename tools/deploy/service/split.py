"""Which of several models answers what is asked of the service by its own name."""

import hashlib
from collections.abc import Sequence

from store.services import ServedModel


def chosen(service: str, models: Sequence[ServedModel], who: str) -> ServedModel | None:
    """A model by its share: the same one for the same person or conversation, as long as the models stay the same.

    SHA-256 of the service, the names of the models and `who` gives a number from 0 to 1; the models have their shares
    of that line in their order. So a split is random, can be worked out again from what was recorded, and a share that
    grows takes people from its neighbours alone.

    Args:
        service: The name of the service.
        models: Those it has, in their order.
        who: The `user` that a request names, its X-Conversation-Id, or the id of the request.
    """
    among = [model for model in models if model.share > 0]
    said = "\0".join([service, *(model.name for model in among), who])
    place = int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") / 2**64
    place *= sum(model.share for model in among)
    for model in among:
        place -= model.share
        if place < 0:
            return model
    return among[-1] if among else None
