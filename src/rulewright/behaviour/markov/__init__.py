"""Play of Markov games: equilibria, values, first best, correlated play, and learning."""

from .branch import Branch, branch
from .correlated import Horizon, finite_horizon, stationary_correlated
from .crld import ActorCritic, Learner, QLearning, Sarsa, Trajectory, follow, learn, random_starts, strategy_array
from .found import MarkovPlays
from .perfect import perfect_pure
from .stability import Stability, Tipping, critical_frictions, stability
from .team import Team, first_best
from .zero_sum import Value, shapley

__all__ = [
    "ActorCritic",
    "Branch",
    "Horizon",
    "Learner",
    "MarkovPlays",
    "QLearning",
    "Sarsa",
    "Stability",
    "Team",
    "Tipping",
    "Trajectory",
    "Value",
    "branch",
    "critical_frictions",
    "finite_horizon",
    "first_best",
    "follow",
    "learn",
    "perfect_pure",
    "random_starts",
    "shapley",
    "stability",
    "stationary_correlated",
    "strategy_array",
]
