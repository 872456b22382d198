"""Keep what peft says to developers from the log: none of it is anything a user could act on."""
# pyright: basic

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from peft.tuners.boft import layer as boft

boft._FBD_CUDA = False  # an extension for butterfly factors above one, none of which is used here: do not compile it

SAID = (
    "Unsupported layer type",  # layer-norm tuning of any norm but torch's own, which works
    "The following rank_pattern keys did not match",  # AdaLoRA's own, which it reads in its own way
    "fan_in_fan_out is set to",  # GPT-2's transposed layers, which are set right
    r"Adapter 'default': \d+ LoRA tensor\(s\) have invalid shape",  # a layer that AdaLoRA gave no rank
    "lora with eva initialization used with low_cpu_mem_usage",
    "`loftq_config` specified but will be ignored",  # the base is rounded by this program
    "Position ids are not supported for parameter efficient tuning",  # peft leaves them out by itself
    ".*is_gradient_checkpointing",
)
"""How the warnings begin."""


@contextmanager
def quiet() -> Iterator[None]:
    """Leave these warnings out."""
    with warnings.catch_warnings():
        for said in SAID:
            warnings.filterwarnings("ignore", message=said)
        yield
