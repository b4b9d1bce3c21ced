"""A sound reward, as TOML and as Python, and eight ways to break exactly one thing in each."""

TOML = """title = "sound"
[parameters]
fine = 2_000_000
[reward]
features = ["nearer", "crash", "arrived", "jerk", "noise"]
state = ["left", "high"]
outcomes = ["nearer", "crash", "arrived", "jerk"]
discount = 1
time_step = "1 minute"
terminates = ["arrival", "a crash"]
unit = "km"
changed = []
[[reward.terms]]
name = "progress"
formula = "nearer"
weight = 0.1
[[reward.terms]]
name = "arrival"
formula = "arrived"
weight = 9
[[reward.terms]]
name = "crash"
formula = "crash"
weight = "-fine"
[[reward.terms]]
name = "comfort"
formula = "jerk"
weight = -0.5
[[reward.terms]]
name = "closeness"
formula = "before.left - after.left"
weight = 0.2
shaping = true
[reward.trajectories.arrives]
length = 10
path = ["home", "drive", "town", "drive", "there"]
[reward.trajectories.crashes]
length = 5
path = ["home", "drive", "town", "drive", "wreck"]
[reward.trajectories.shaken]
steps = [{ features = { nearer = 10, jerk = 3, arrived = 1 }, before = { left = 10 } }]
[reward.trajectories.waits]
path = ["home", "wait", "home"]
[[reward.preferences]]
better = "arrives"
worse = "shaken"
consensus = 0.97
[reward.risk]
idle = "waits"
success = "arrives"
failure = "crashes"
distance = 100_000
[reward.world]
start = "home"
goal = ["there"]
states = { home = { left = 10 }, town = { left = 5 }, hill = { left = 5, high = 1 } }
moves = [
  { at = "home", act = "wait", to = "home" },
  { at = "home", act = "drive", to = "town", features = { nearer = 5 } },
  { at = "home", act = "climb", to = "hill", features = { nearer = 5 } },
  { at = "town", act = "back", to = "home", features = { nearer = -5 } },
DRIVE
]
""".replace(
    "DRIVE",
    "\n".join(
        f'  {{ at = "{place}", act = "drive", to = {{ there = "1 - 1/10**8", wreck = "1/10**8" }}, '
        "then = { there = { nearer = 5, arrived = 1 }, wreck = { crash = 1 } } },"
        for place in ("town", "hill")
    ),
)
BROKEN_TOML = {
    1: [('formula = "before.left - after.left"', 'formula = "after.high"')],
    2: [("weight = -0.5", "weight = 0.5")],
    3: [("fine = 2_000_000", "fine = 100")],
    4: [('formula = "nearer"', 'formula = "abs(nearer)"')],
    5: [('outcomes = ["nearer"', 'outcomes = ["noise", "nearer"')],
    6: [
        (
            '[[reward.terms]]\nname = "crash"',
            '[[reward.terms]]\nname = "again"\nformula = "2 * arrived"\n[[reward.terms]]\nname = "crash"',
        )
    ],
    7: [("changed = []", 'changed = [{ on = 2026-03-01, what = "the fine was doubled", after_viewing = true }]')],
    8: [('time_step = "1 minute"\n', "")],
}

PYTHON = '''"""A sound reward."""

FINE = 2_000_000
TERMS = ["progress", "arrival", "crash", "comfort", "closeness"]
SHAPING = ["closeness"]
DISCOUNT = 1
TIME_STEP = "1 minute"
TERMINATES = ["arrival", "a crash"]
CHANGED = []
UNIT = "km"


def reward(state, action, next_state):
    nearer = state["left"] - next_state["left"]
    return {
        "progress": 0.1 * nearer,
        "arrival": 9 * next_state["arrived"],
        "crash": -FINE * next_state["crash"],
        "comfort": -0.5 * next_state["jerk"],
        "closeness": 0.2 * (state["left"] - next_state["left"]),
    }


def at(left, **more):
    return {"left": left, "crash": False, "arrived": False, "jerk": 0, "noise": 0, "high": 0, **more}


STATES = {"home": at(10), "town": at(5), "hill": at(5, high=1), "there": at(0, arrived=True), "wreck": at(0, crash=True)}
OUTCOMES = ["left", "crash", "arrived", "jerk"]
TRAJECTORIES = {
    "arrives": {"steps": [("home", "drive", "town"), ("town", "drive", "there")], "length": 10},
    "crashes": {"steps": [("home", "drive", "town"), ("town", "drive", "wreck")], "length": 5},
    "shaken": [("home", "drive", at(0, arrived=True, jerk=3))],
    "waits": [("home", "wait", "home")],
}
PREFERENCES = [("arrives", "shaken", 0.97)]
REFERENCE = {"idle": "waits", "success": "arrives", "failure": "crashes"}
ACCEPTABLE = {"distance": 100_000}
RISKY = {"there": "0.99999999", "wreck": "0.00000001"}
MDP = {
    "start": "home",
    "goal": ["there"],
    "moves": {
        "home": {"wait": "home", "drive": "town", "climb": "hill"},
        "town": {"back": "home", "drive": RISKY},
        "hill": {"drive": RISKY},
    },
}
'''
BROKEN_PYTHON = {
    1: [('"closeness": 0.2 * (state["left"] - next_state["left"])', '"closeness": 0.2 * next_state["high"]')],
    2: [('-0.5 * next_state["jerk"]', '0.5 * next_state["jerk"]')],
    3: [("FINE = 2_000_000", "FINE = 100")],
    4: [("0.1 * nearer", "0.1 * abs(nearer)")],
    5: [('OUTCOMES = ["left"', 'OUTCOMES = ["noise", "left"')],
    6: [
        ('"crash": -FINE', '"again": 2 * next_state["arrived"], "crash": -FINE'),
        ('"comfort", ', '"comfort", "again", '),
    ],
    7: [("CHANGED = []", 'CHANGED = [{"on": "2026-03-01", "what": "the fine was doubled", "after_viewing": True}]')],
    8: [('TIME_STEP = "1 minute"', "")],
}


def broken(text, changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
