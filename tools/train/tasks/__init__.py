"""The tasks: one file each, with a `TASK`. To add one, write a file and name it in `_wishes.Task`."""

import pkgutil
from importlib import import_module

from tools.train._task import TrainingTask

TASKS: dict[str, TrainingTask] = {
    module.name: import_module(f"{__name__}.{module.name}").TASK for module in pkgutil.iter_modules(__path__)
}
"""Every task by its name."""
