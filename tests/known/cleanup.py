"""Clean-up, allelopathic harvest and their kin: the published constants, as our worlds have them."""

from .answer import Known

MELTING_POT = "Melting Pot (Agapiou et al. 2022, arXiv 2211.13746), substrate "


def cells(*words):
    def count():
        from rulewright.learning.worlds.cleanup import MAP

        return len(MAP.cells(*words))

    return count


def sprouting(dirty):
    def chance():
        from rulewright.learning.worlds.cleanup import CleanUp
        from rulewright.learning.worlds.cleanup_river import sprouting

        world = CleanUp()
        return float(sprouting(dirty / 147, world.most, world.depletion, world.restoration))

    return chance


def ripening(share):
    def chance():
        import jax.numpy as jnp

        from rulewright.learning.worlds.allelopathic_berries import ripening

        return float(ripening(jnp.where(jnp.arange(348) < share, 0, 1), jnp.zeros(348), 3, 5e-6)[0])

    return chance


KNOWN = [
    Known("clean-up: river cells that can be dirty", MELTING_POT + "clean_up", 147, cells("river", "soiled")),
    Known("clean-up: of them dirty at the start", MELTING_POT + "clean_up", 79, cells("soiled")),
    Known("clean-up: places of apples", MELTING_POT + "clean_up", 122, cells("tree")),
    Known("clean-up: spawn points", MELTING_POT + "clean_up", 19, cells("spawn")),
    Known("clean-up: chance of an apple at the start", MELTING_POT + "clean_up", 0.0, sprouting(79), 1e-9),
    Known("clean-up: chance of an apple, river clean", MELTING_POT + "clean_up", 0.05, sprouting(0), 1e-9),
    Known("clean-up: no apples before 21 cells are cleaned", "closed form: 0.4 · 147 = 58.8", 0.0, sprouting(59), 1e-9),
    Known(
        "clean-up: chance of an apple with 58 dirty cells",
        "closed form: 0.05 · (1 − 58/58.8)",
        1 / 1470,
        sprouting(58),
        1e-8,
    ),
    Known(
        "allelopathic harvest: ripening of 116 berries",
        MELTING_POT + "allelopathic_harvest",
        0.00058,
        ripening(116),
        1e-8,
    ),
    Known(
        "allelopathic harvest: ripening of 348 berries",
        MELTING_POT + "allelopathic_harvest",
        0.00174,
        ripening(348),
        1e-8,
    ),
]
