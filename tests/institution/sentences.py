"""Random institutions for laws: one move of every word that fits a game."""

from fractions import Fraction as F

import numpy as np

from rulewright.institution.institution import Moves
from rulewright.institution.moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak
from rulewright.numerics.rational import exact

WORDS = ("pay", "pay two", "permit", "speak", "speak to", "commit", "reveal", "reveal two", "admit", "care")


def law(generator, *shape):
    """Random probabilities over the last axis, exact."""
    weights = exact(generator.integers(0, 4, shape)) + F(1, 7)
    return weights / weights.sum(axis=-1, keepdims=True)


def move(word, game, seed):
    """A random move for a two- or three-player game that has a signal named `seen`."""
    generator = np.random.default_rng(seed)
    first, second = game.players[-2], game.players[-1]
    types, actions = game.type_counts, game.action_counts
    match word:
        case "pay":
            return Pay(first, ("seen",), exact(generator.integers(-5, 6, len(game.signal("seen").outcomes))))
        case "pay two":
            on = (f"action of {second}", "seen")
            shape = tuple(len(game.signal(name).outcomes) for name in on)
            return Pay(first, on, exact(generator.integers(-5, 6, shape)) / F(3))
        case "permit":
            return Permit(first, game.actions[-2][: max(1, actions[-2] - 1)])
        case "speak":
            return Speak(first, ("hi", "lo"))
        case "speak to":
            return Speak(first, ("hi", "lo"), second)
        case "commit":
            return Commit(first, (), law(generator, types[-2], actions[-2]))
        case "reveal":
            return Reveal((second,), (("red", "blue"),), law(generator, *types, 2))
        case "reveal two":
            flat = law(generator, *types, 4)
            return Reveal((first, second), (("red", "blue"), ("up", "down")), flat.reshape(*types, 2, 2))
        case "admit":
            shape = (*types, *actions, 2)
            effect = exact(generator.integers(-2, 3, (game.n, *shape)))
            return Admit(f"newcomer {game.n}", ("in", "out"), exact(generator.integers(-5, 6, shape)), effect)
        case "care":
            return Care(first, {second: F(1, 3)}, exact(generator.integers(0, 4, actions[-2])))
    raise AssertionError(word)


def sentence(words, game, seed):
    """Random moves in the order of `words`, each fitting the game that those before it leave."""
    said, here = [], game
    for k, word in enumerate(words):
        said.append(move(word, here, seed + k))
        here = Moves.of("", said[-1:])(here)
    return Moves.of("random", said)
