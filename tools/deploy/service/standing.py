"""What a service answers with now: one version of its settings, and the weights for it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from store.services import ServedModel, Service
from tools.deploy.service.engine import Engine
from tools.deploy.service.errors import Refused
from tools.deploy.service.keys import may_ask
from tools.deploy.service.plans import EnginePlan, Planned
from tools.deploy.service.settings import ServiceSettings
from tools.deploy.service.split import chosen


@dataclass
class Standing:
    """One version of a service, ready to answer.

    Attributes:
        service: As it is set.
        settings: The settings of it.
        engines: What answers for each model, by the model's name.
        names: What clients call each model inside its engine.
    """

    service: Service
    settings: ServiceSettings
    engines: dict[str, Engine]
    loaded: dict[EnginePlan, Engine]
    _busy: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> "Standing":
        """Hold it: it is not closed before those inside are through."""
        self._busy += 1
        self._idle.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._busy -= 1
        if not self._busy:
            self._idle.set()

    async def left(self) -> None:
        """Wait until nobody is inside."""
        if self._busy:
            await self._idle.wait()

    def model(self, name: str, who: str, key: Any) -> ServedModel:
        """The model that is to answer.

        Args:
            name: What was asked for: a model, or the service itself.
            who: By whom the split goes.
            key: Of whom.

        Raises:
            Refused: There is none of that name, or the key is not for it.
        """
        found = next((model for model in self.service.models if model.name == name), None)
        if found is None and name == self.service.name:
            found = chosen(self.service.name, self.service.models, who)
        if found is None:
            known = ", ".join(self.names())
            raise Refused(
                404, f"There is no model {name!r} here. There are: {known}.", "model_not_found", param="model"
            )
        if not may_ask(key, name, found.name):
            raise Refused(403, f"This key is not for the model {name!r}.", "model_not_allowed", param="model")
        return found

    def names(self) -> list[str]:
        """What may be asked for: the service itself where its models share what it is asked, and each model."""
        shared = any(model.share > 0 for model in self.service.models)
        own = [self.service.name] if shared else []
        return list(dict.fromkeys([*own, *(model.name for model in self.service.models)]))


async def stand(
    service: Service,
    planned: Planned,
    build: Callable[[EnginePlan], Engine],
    before: Standing | None,
) -> Standing:
    """Load what a version of a service needs; what the one before has loaded already is taken over.

    Raises:
        StoreError: Something cannot be loaded. Nothing is left behind then, and the one before stands as it did.
    """
    settings = ServiceSettings.read(service.settings)
    there = before.loaded if before else {}
    fresh: dict[EnginePlan, Engine] = {}
    try:
        for plan in dict.fromkeys(planned.values()):
            if plan not in there:
                engine = build(plan)
                await engine.start()
                fresh[plan] = engine
    except BaseException:
        await _closed(fresh.values())
        raise
    loaded = {plan: there.get(plan) or fresh[plan] for plan in dict.fromkeys(planned.values())}
    return Standing(service, settings, {name: loaded[plan] for name, plan in planned.items()}, loaded)


def retire(before: Standing, now: Standing | None) -> Coroutine[Any, Any, None]:
    """Close what only the one before needs, once those whom it answers have their answers."""
    kept = set(now.loaded) if now else set[EnginePlan]()

    async def retired() -> None:
        await before.left()
        await _closed([engine for plan, engine in before.loaded.items() if plan not in kept])

    return retired()


async def _closed(engines: Any) -> None:
    for engine in engines:
        await engine.close()
