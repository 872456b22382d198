"""The techniques: one file each, with a `TECHNIQUE`. To add one, write a file and name it in `_wishes.Technique`."""

import pkgutil
from importlib import import_module

from tools.train._technique import Technique

TECHNIQUES: dict[str, Technique] = {
    module.name: import_module(f"{__name__}.{module.name}").TECHNIQUE for module in pkgutil.iter_modules(__path__)
}
"""Every technique by its name."""
