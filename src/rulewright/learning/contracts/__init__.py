"""Learned contracts: incentive functions as networks, models of a black-box agent, promises, contracts in Markov decision processes."""

from .incentive import LearnedContract, learn_contract

__all__ = ["LearnedContract", "learn_contract"]
