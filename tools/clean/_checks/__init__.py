"""The checks: one file a kind, each with `find(data)`. To add one, write a file; nothing lists them by hand."""

import pkgutil
from collections.abc import Callable
from importlib import import_module

from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

Check = Callable[[Examined], Proposal | str]
"""Gives a proposal, or says in a few words why it does not apply, such as "no label column"."""

CHECKS: dict[str, Check] = {
    module.name: import_module(f"{__name__}.{module.name}").find for module in pkgutil.iter_modules(__path__)
}
"""Every check by its kind."""
