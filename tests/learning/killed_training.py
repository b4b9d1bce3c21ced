"""Trains in a process of its own, slowly enough to be killed; run by test_checkpoint.py. Arguments: folder, seconds of waiting."""

import sys
import time

import jax

from rulewright.learning.learners import IPPO, Network, train
from rulewright.learning.worlds.fishery import Fishery

WORLD = Fishery(count=2, most=4, capacity=8, least=1, months=6)
LEARNER = IPPO(worlds=4, steps=8, minibatches=2, network=Network(hidden=(8,)), scale=0.25)
UPDATES = 12


def run(folder, resume, wait=0.0):
    def tell(line):
        print(line, flush=True)
        time.sleep(wait)

    steps = UPDATES * LEARNER.steps_per_update
    return train(WORLD, LEARNER, steps, jax.random.key(3), chunk=1, out=folder, resume=resume, tell=tell)


if __name__ == "__main__":
    run(sys.argv[1], False, float(sys.argv[2]))
