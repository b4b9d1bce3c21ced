"""The replay: a page that loads nothing, whose data are the recording, whatever users wrote."""

import json
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulewright as rw
from rulewright.learning.policy import Fixed
from rulewright.learning.render import record, replay_html, write_replay
from rulewright.learning.render.recording import Recording
from rulewright.learning.render.replay import changes, packed, runs, script, script_hash, unrun
from rulewright.learning.render.scene import Scene, Tile
from rulewright.learning.worlds.fishery import Fishery


@pytest.fixture(scope="module")
def film():
    tax = rw.Contract("agent 0", on="catch of agent 0", rate=-0.5)
    return record(
        tax(Fishery(count=3, capacity=30, months=6)), Fixed(jnp.array([4, 2, 1])), jax.random.key(0), title="</script>&"
    )


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6))
def test_runs_and_changes_give_the_board_back(rows):
    codes = np.array(rows, np.int8)
    assert (unrun(runs(codes), codes.shape) == codes).all()
    other = codes[::-1].copy()
    rebuilt, pairs = codes.ravel().copy(), changes(Scene(codes), Scene(other))
    rebuilt[pairs[::2]] = pairs[1::2]
    assert (rebuilt.reshape(codes.shape) == other).all()


def test_an_empty_board_has_no_runs():
    assert runs(np.zeros((0, 0), np.int8)) == []


def test_data_are_the_recording(film):
    data = packed(film)
    assert data["base"] == [[4, 2, 1]] * 6 and data["transfer"] == [[-2, 0, 0]] * 6 and data["fund"] == [2] * 6
    assert data["care"] == [] and data["rows"] == 0 and data["players"][0]["name"] == "agent 0"
    assert [data["words"][k] for k in data["events"][1]] == list(film.events[1])
    assert data["values"][1][:2] == [30, 4] and data["bars"][1] == ["catch of agent 0", 20, 0]
    assert packed(film) == data


def test_a_page_loads_nothing_and_allows_only_its_script(film, tmp_path):
    page = write_replay(film, tmp_path / "film.html").read_text(encoding="utf-8")
    assert script_hash() in page and page.count(script()) == 1
    assert not re.search(r"""(src|href)=["'](?!#)|@import|url\(|https?://""", page)
    assert "</script>&" not in page.replace("</script>\n", "")
    again = write_replay(film, tmp_path / "again.html").read_text(encoding="utf-8")
    assert page == again


def test_a_fragment_carries_its_data(film):
    fragment = replay_html(film, name="one", script=False)
    assert 'id="one"' in fragment and script() not in fragment and script() in replay_html(film)
    found = re.search(r'class="replay-data">(.*?)</script>', fragment)[1]
    assert json.loads(found) == json.loads(json.dumps(packed(film)))
    for label in ("Play", "One step back", "One step on", "Step", "Rules in force", "Rewards so far"):
        assert f'aria-label="{label}"' in fragment


def test_what_is_no_number_is_told_as_none():
    nothing, tile = np.zeros((1, 1)), Tile("x", "#000000")
    broken = Recording(
        "t", ("a",), (tile,), (Scene(), Scene()), ((), ()), np.array([[np.nan]]), nothing, nothing, np.zeros(1)
    )
    assert packed(broken)["base"] == [[None]]


def test_a_wrong_name_is_told(film, tmp_path):
    with pytest.raises(rw.InputError, match=r"ends in \.html"):
        write_replay(film, tmp_path / "film.pdf")
