"""One sender who wants every bit guessed to be one, a receiver who is paid for each bit that she guesses right.

Of the signals that are best for the sender, the one best for her is worth at most 3/2 of what she gets by guessing from the prior
(Yachbes & Tardos, as our specification names it): any law of the bits, correlated as it may be. Checked on up to three bits, with
linear programmes of the test's own beside `alone`: the sender's best first, then hers among those.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from rulewright.competition.rivals.selection import alone
from rulewright.competition.rivals.setting import Rivals
from rulewright.numerics.linprog import Programme


def guessing(prior, bits):
    words = np.array(list(product((0, 1), repeat=bits)))
    right = (words[:, None] == words[None]).sum(axis=2)  # [state, guess]
    return Rivals.of(prior, right, [np.broadcast_to(words.sum(axis=1), right.shape)])


def best_for_her(rivals):
    """(the sender's best, the receiver's most among all signals that bring it), by two programmes."""
    r = rivals.floats
    p, u, wish = r.prior[:, 0], r.alice[:, 0], r.bobs[0, :, 0]
    p, u, wish = p[p > 0], u[p > 0], wish[p > 0]
    programme = Programme()
    x = programme.add_columns(u.shape)
    programme.put(programme.add_rows(len(p), lower=p, upper=p)[:, None], x, 1.0)
    obeyed = programme.add_rows((u.shape[1], u.shape[1]), lower=0.0)
    programme.put(obeyed[None], x[:, :, None], u[:, :, None] - u[:, None, :])
    most = programme.solve(wish.ravel(), maximise=True).value
    programme.put(programme.add_rows(1, lower=most - 1e-9), x.ravel(), wish.ravel())
    return most, programme.solve(u.ravel(), maximise=True).value


def law(seed, bits):
    """Some states rare or impossible, so that bits hang together."""
    draw = np.random.default_rng(seed)
    weights = draw.integers(0, 12, 2**bits) * draw.integers(0, 2, 2**bits) + (np.arange(2**bits) == seed % 2**bits)
    return [Fraction(int(w), int(weights.sum())) for w in weights]


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_she_never_gets_more_than_half_as_much_again(bits):
    for seed in range(60):
        rivals = guessing(law(seed, bits), bits)
        most, hers = best_for_her(rivals)
        found = alone(rivals) if bits < 3 else alone(rivals.floats)
        assert float(found.bob) == pytest.approx(most, abs=1e-7) and float(found.best) == pytest.approx(hers, abs=1e-6)
        assert found.best <= Fraction(3, 2) * rivals.uninformed + (0 if bits < 3 else 1e-9)
        assert found.best >= rivals.uninformed - (0 if bits < 3 else 1e-9), "who obeys gets no less than by guessing"


def test_one_bit_of_three_is_set_and_nobody_knows_which():
    """The slice of m = 1: ratio (3m + 1)/(2m + 2) = 1; for larger m it goes to 3/2, on more bits than can be written out."""
    rivals = guessing([Fraction(int(sum(word) == 1), 3) for word in product((0, 1), repeat=3)], 3)
    found = alone(rivals)
    assert rivals.uninformed == found.best == 2 and found.bob == 2
