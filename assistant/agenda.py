"""Where the conversation is in its plan: what a message does to it, what a result does, and which step is next."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, cast

from assistant import plan as plans
from assistant.decide import wanted
from assistant.events import Event, Planned
from assistant.examples import likeness
from assistant.plan import NO_PLAN, Plan, Step
from assistant.state import Desk, State
from assistant.transcript import Done, Turn
from assistant.wishes import answers

GO_ON, SKIP, DROP = "go on with the plan", "skip that step", "drop the plan"


class Agenda:
    """The plan of a conversation, if it has one.

    Args:
        state: What is saved of the conversation.
        desk: What the nodes work with.
        tell: Gets an event each time the plan changes.
    """

    def __init__(self, state: State, desk: Desk, tell: Callable[[Event], None]) -> None:
        self._desk, self._tell = desk, tell
        kept = state.get("plan") or NO_PLAN
        self._plan = Plan(id=kept["id"], steps=[cast(Step, dict(step)) for step in kept["steps"]])
        self._aside = state.get("aside", False)
        self._waits_for = state.get("waits_for", "")

    @property
    def saved(self) -> dict[str, Any]:
        """What is to be saved of it."""
        return {"plan": self._plan, "aside": self._aside, "waits_for": self._waits_for}

    @property
    def step(self) -> Step | None:
        """The step to carry out now; none without a plan, or while something else is talked about."""
        return None if self._aside else plans.current(self._plan)

    @property
    def chips(self) -> list[str]:
        """What can be said about a plan that pauses."""
        return [GO_ON, SKIP, DROP] if plans.current(self._plan) else []

    def unfolded(self, talk: Sequence[Turn]) -> list[Turn]:
        """The conversation, with the steps as turns of their own."""
        step = self.step
        return plans.unfolded(self._plan, talk, step) if step else list(talk)

    def hear(self, talk: Sequence[Turn]) -> str:
        """A new message: it changes the plan, makes one, or is about something else.

        Returns:
            What to say if that is all; else empty, and `step` is what to do, if anything is.
        """
        text, step = talk[-1].wish, plans.current(self._plan)
        self._aside = False
        if step:
            if plans.drops(text):
                self._drop()
                return "I dropped the rest of the plan. What was done before stays."
            if gone := plans.skipped(text, self._plan, lambda what: likeness(what, self._desk.ws)):
                for one in gone:
                    one["state"] = "skipped"
                return self._next()
            if plans.goes_on(text):
                return self._next()
            if len(talk) > 1 and answers(talk[-2], text):
                step["wish"] = f"{step['wish']} {text}"
                return self._next()
        steps = plans.made(text, self._desk.ws, lambda part: wanted(self._desk.brain, self._desk.ws, talk[:-1], part))
        if steps:
            if step:
                self._drop()
            self._plan = Plan(id=uuid.uuid4().hex, steps=steps)
            return self._next()
        self._aside = bool(step)
        return ""

    def settle(self, talk: Sequence[Turn], mendable: Callable[[list[Done]], bool]) -> str:
        """A call came back, or a training that was waited for has ended.

        Returns:
            What to say if the plan pauses; else empty.
        """
        step, done = plans.current(self._plan), [one for turn in talk for one in turn.done]
        if not step:
            return ""
        if self._aside:
            if not done or done[-1].tool != step["tool"] or done[-1].failed:
                return ""
            step["call"], self._aside = done[-1].id, False  # what the step is for was done otherwise
        elif mendable(plans.unfolded(self._plan, talk, step)[-1].done):
            return ""
        outcome = plans.settled(step, done)
        if outcome == "failed":
            step["call"] = ""
            self._show()
            return f"The plan stops at “{step['wish']}”. I can try it again, skip it, or drop the rest."
        step["state"] = outcome
        if outcome == "skipped":
            self._show()
            left = plans.current(self._plan)
            return f"All right, I left that. Next would be “{left['wish']}”." if left else self._ended()
        return self._next() if outcome == "done" or not step["call"] else ""

    def called(self, id_: str) -> None:
        """A call is made for the step."""
        step = self.step
        if step and not step["call"]:
            step["call"] = id_

    def answered(self) -> bool:
        """The step was to say something, and that is said; whether there is more to do."""
        if not (step := self.step):
            return False
        step["state"] = "done"
        self._show()
        return plans.current(self._plan) is not None

    def _next(self) -> str:
        """Show the plan; say so if its next step has to wait for a training."""
        step = plans.current(self._plan)
        self._waits_for = plans.waits_for(step, self._desk.ws) if step else ""
        self._show()
        if self._waits_for:
            return f"The plan goes on when {self._waits_for} has ended."
        return "" if step else self._ended()

    def _show(self) -> None:
        self._tell(Planned(self._plan["id"], [dict(step) for step in self._plan["steps"]], self._waits_for))

    def _drop(self) -> None:
        for step in self._plan["steps"]:
            step["state"] = "skipped" if step["state"] == "open" else step["state"]
        self._waits_for = ""
        self._show()
        self._plan = NO_PLAN

    def _ended(self) -> str:
        skipped = all(step["state"] != "done" for step in self._plan["steps"][-1:])
        self._plan = NO_PLAN
        return "That was the last step of the plan." if skipped else ""
