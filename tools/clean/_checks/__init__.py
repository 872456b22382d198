"""The checks: one file a kind, with `find`, `CALLED` and `GROUP`. To add one, write a file; nothing lists them."""

import pkgutil
from collections.abc import Callable
from importlib import import_module

from pydantic import JsonValue

from tools.clean._examined import Examined
from tools.clean._proposal import Notice, Proposal

Check = Callable[[Examined], Proposal | Notice | str]
"""Gives a proposal, or a notice where no edit would help, or says in a few words why it does not apply, such as "no
label column"."""

_MODULES = {module.name: import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)}
CHECKS: dict[str, Check] = {name: module.find for name, module in _MODULES.items()}
"""Every check by its kind."""
CALLED: dict[str, JsonValue] = {name: module.CALLED.split() for name, module in _MODULES.items()}
"""Words by which people mean what a check finds; some mean more than one."""
GROUPS: dict[str, str] = {name: module.GROUP for name, module in _MODULES.items()}
"""What a check's finds are told and shown together with, by its kind."""
WEIGHTS: dict[str, float] = {name: module.WEIGHT for name, module in _MODULES.items() if hasattr(module, "WEIGHT")}
"""Checks that look at one row at a time, quickly, so that a profile can run them on a sample: they say how much a row
that they find matters, beside 1 for a row in an odd language and 10 for a test row seen in training."""
