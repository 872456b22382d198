"""What a run was rewarded for: the better answer of a pair, or what a program checks."""

from collections.abc import Sequence

import tools.evaluate._metric as metric
from tools.evaluate._intervals import Array

Texts = Sequence[str]


class Preferences(metric.Family):
    """Both of them."""


class PairsPreferred(metric.Metric):
    """The share of pairs whose better answer the model finds likelier, as a whole, than the worse one."""

    key, reads, share = "pairs_preferred", "margin", True
    about = "The share of held-out pairs whose better answer the model finds likelier than the worse one."
    source = "Rafailov et al. 2023, without the reference model, so that both models can be compared"

    def parts(self, predictions: Sequence[float], references: Texts) -> Array:
        """Likelier or not, and one; from the log-likelihood of the better answer less that of the worse."""
        return metric.means([float(margin > 0) for margin in predictions])


class MeanReward(metric.Metric):
    """The mean of the reward that the run was trained for."""

    key, reads = "mean_reward", "reward"
    about = "The mean reward of the answers, by the reward that the run was trained for."
    source = "measured"

    def parts(self, predictions: Sequence[float], references: Texts) -> Array:
        """The reward, and one."""
        return metric.means(predictions)


Preferences.members = (PairsPreferred, MeanReward)
