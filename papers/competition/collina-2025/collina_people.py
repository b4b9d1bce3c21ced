"""People as utilities, [person, item] on [0, 1], from ratings and votes that others published; none of them ships with this.

jokes      Jester: 1,473 people who rated all 100 jokes (Goldberg, Roeder, Gupta & Perkins 2001, Inf. Retr. 4)
films      MovieLens, small: the 100 films with most ratings × people who rated at least 60 of them (Harper & Konstan 2015)
votes      Polis conversations: the largest block of people × statements in which every vote was cast (CC BY 4.0)
made_up    generated: tastes in three dimensions, read on everybody's own scale, rounded by noise; for tests
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache

import numpy as np
from real_data import path

CONVERSATIONS = {
    "Bowling Green": "american-assembly.bowling-green",
    "Austria, climate": "austria-climate.2vkxcncppn.2022-07-07",
    "San Juan, farmland": "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
    "Taiwan, Uber": "vtaiwan.uberx",
}
LEAST_PEOPLE = 120  # of a block of votes; enough for fifty Alices and others


@dataclass(frozen=True, eq=False)
class People:
    utilities: np.ndarray
    """[person, item], on [0, 1]."""
    seen: np.ndarray
    """[person, item]: whether people gave it; else it is imputed."""

    @property
    def imputed(self) -> float:
        """Share of cells."""
        return 1 - float(self.seen.mean())


@cache
def jokes() -> People:
    rows = _table("jester5k/ratings.csv.gz")[1:]
    full = np.array([[float(x) for x in row[1:]] for row in rows if "" not in row])
    return People((full + 10) / 20, np.ones(full.shape, dtype=bool))


@cache
def films(most: int = 100, least: int = 60) -> People:
    """Cells that nobody rated are person's mean + film's mean − mean of all, on [0, 1]: additive least squares by alternation."""
    given = np.array([[float(x) for x in row[:3]] for row in _table("movielens_small/ratings.csv.gz")[1:]])
    names, times = np.unique(given[:, 1], return_counts=True)
    top = names[np.argsort(-times, kind="stable")[:most]]
    given = given[np.isin(given[:, 1], top)]
    people, person = np.unique(given[:, 0], return_inverse=True)
    rated = np.full((len(people), most), np.nan)
    rated[person, np.searchsorted(np.sort(top), given[:, 1])] = (given[:, 2] - 0.5) / 4.5
    rated = rated[(~np.isnan(rated)).sum(axis=1) >= least]
    seen = ~np.isnan(rated)
    of_person, of_film = np.zeros((len(rated), 1)), np.zeros((1, most))
    for _ in range(100):
        of_person = np.nanmean(rated - of_film, axis=1, keepdims=True)
        of_film = np.nanmean(rated - of_person, axis=0, keepdims=True)
    return People(np.where(seen, rated, np.clip(of_person + of_film, 0, 1)), seen)


@cache
def votes(conversation: str) -> People:
    """Agree 1, pass ½, disagree 0. Whoever never agreed nor disagreed is left out; then, until no vote is missing, the person or
    the statement with the smallest share of votes goes (people only while more than 120 are left)."""
    rows = _table(f"polis_opendata/{CONVERSATIONS[conversation]}/participants-votes.csv.gz")
    first = rows[0].index("n-disagree") + 1
    cast = np.array([[float(x) if x else np.nan for x in row[first:]] for row in rows[1:]])
    cast = cast[(np.nan_to_num(cast) != 0).any(axis=1)]
    people, items = _block(~np.isnan(cast))
    block = cast[np.ix_(people, items)]
    return People((block + 1) / 2, np.ones(block.shape, dtype=bool))


def _block(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    people, items = (np.ones(n, dtype=bool) for n in seen.shape)
    by_person, by_item = seen.sum(axis=1).astype(float), seen.sum(axis=0).astype(float)
    while people.any() and items.any():
        a, b = int(by_person.argmin()), int(by_item.argmin())
        share_a, share_b = by_person[a] / items.sum(), by_item[b] / people.sum()
        if min(share_a, share_b) == 1:
            break
        if people.sum() > LEAST_PEOPLE and share_a <= share_b:
            people[a], by_person[a] = False, np.inf
            by_item = by_item - seen[a]
        else:
            items[b], by_item[b] = False, np.inf
            by_person = by_person - seen[:, b]
    return np.flatnonzero(people), np.flatnonzero(items)


@cache
def made_up(people: int = 120, items: int = 100, seed: int = 0) -> People:
    rng = np.random.default_rng(seed)
    taste, content = rng.normal(size=(people, 3)), rng.normal(size=(3, items))
    liked = (taste + np.array([1.5, 0.5, 0])) @ content
    scale, level = rng.uniform(0.05, 0.15, (people, 1)), rng.normal(0.5, 0.1, (people, 1))
    noisy = level + scale * liked + rng.normal(0, 0.1, (people, items))
    return People(np.clip(noisy, 0, 1), np.ones((people, items), dtype=bool))


def _table(name: str) -> list[list[str]]:
    with gzip.open(path(name), "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
