"""Learners that are fast on a CPU: independent PPO, policy gradient and Q-learning; training, checkpoints, figures."""

from .collect import Tally
from .common import Common, common
from .deepq import DeepQ
from .deviation import Deviation, deviation
from .gradient import PolicyGradient
from .hooks import Hook, JsonLines
from .learner import Learner, Metrics
from .networks import Network
from .population import Population, Trained
from .ppo import IPPO
from .stop import Plateau, Target
from .tabular import TabularQ
from .tensorboard import TensorBoard
from .train import Chunk, Training, train

__all__ = [
    "IPPO",
    "Chunk",
    "Common",
    "DeepQ",
    "Deviation",
    "Hook",
    "JsonLines",
    "Learner",
    "Metrics",
    "Network",
    "Plateau",
    "PolicyGradient",
    "Population",
    "TabularQ",
    "Tally",
    "Target",
    "TensorBoard",
    "Trained",
    "Training",
    "common",
    "deviation",
    "train",
]
