"""Pictures of worlds: what is filmed is what happened, the board is the one that players see, files are the same bytes."""

import subprocess

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image

import rulewright as rw
from rulewright.institution.moves import Permit
from rulewright.learning.grid import Map
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.render import frame, frames, record, write_gif, write_mp4, write_png
from rulewright.learning.render.raster import arrow, painted
from rulewright.learning.render.scene import Bar, Scene, Tile, rgb
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import APPLE, BARE, WALL, harvest
from rulewright.learning.worlds.stock import Stock

FISHERY = Fishery(count=3, capacity=30, months=6)
TAX = rw.Contract("agent 0", on="catch of agent 0", rate=-0.5)
ORCHARD = Map(("WWWWWW", "WA AAW", "W  PPW", "WWWWWW"), (("W", "wall"), ("A", "apple"), ("P", "spawn")))


@pytest.fixture(scope="module")
def film():
    return record(TAX(FISHERY), Fixed(jnp.array([4, 2, 1])), jax.random.key(0))


@pytest.fixture(scope="module")
def orchard():
    return record(harvest(ORCHARD, players=2), Uniform(), jax.random.key(3), 40)


def test_what_is_filmed_is_what_happened(film):
    assert film.steps == 6 and len(film.scenes) == len(film.events) == 7 and film.ended == "at its time"
    np.testing.assert_array_equal(film.base, np.tile([4.0, 2.0, 1.0], (6, 1)))
    np.testing.assert_array_equal(film.transfer[:, 0], np.full(6, -2.0))
    assert (film.transfer.sum(axis=1) + film.fund == 0).all()
    assert film.events[0] == () and "catch of agent 0: 4" in film.events[1]
    assert film.scenes[1].bars[:2] == (Bar("stock", 30.0, 30.0), Bar("catch of agent 0", 4.0, 20.0, 0))
    assert film.rules == ("transfers on catch of agent 0",) or film.rules == ("transfers on catch",)


def test_an_episode_that_ends_is_filmed_to_its_end():
    over = record(FISHERY, Fixed(jnp.array([9, 9, 9])), jax.random.key(0))
    assert over.steps == 1 and over.ended == "by its own rules"
    cut = record(FISHERY, Fixed(jnp.array([1, 1, 1])), jax.random.key(0), 2, rules=["nobody asks"])
    assert cut.steps == 2 and cut.ended == "filming stopped" and cut.rules == ("nobody asks",)
    with pytest.raises(rw.InputError, match="at least one step"):
        record(FISHERY, Uniform(), jax.random.key(0), 0)


def test_the_board_is_the_map_and_apples_go_when_they_are_eaten(orchard):
    first = orchard.scenes[0]
    rows = np.array([list(row) for row in ORCHARD.rows])
    assert ((first.codes == WALL) == (rows == "W")).all() and ((first.codes == APPLE) == (rows == "A")).all()
    assert all(rows[row, column] == "P" for row, column, *_ in first.avatars) and len(first.avatars) == 2
    for t in range(orchard.steps):
        eaten = orchard.base[t] > 0
        before, after = orchard.scenes[t].codes, orchard.scenes[t + 1]
        for row, column, _, player in after.avatars:
            if eaten[player]:
                assert after.codes[row, column] == BARE
        assert set(np.unique(after.codes)) <= set(np.unique(before)) | {BARE, APPLE}
    assert orchard.base.sum() > 0, "nobody ate: the test says nothing"


def test_frames_are_pixels_of_one_size(film, orchard):
    for recording in (film, orchard):
        pictures = list(frames(recording, every=3))
        assert {picture.shape for picture in pictures} == {pictures[0].shape} and pictures[0].dtype == np.uint8
        assert any((picture != pictures[0]).any() for picture in pictures)


def test_tiles_and_avatars_have_their_colours():
    scene = Scene(np.array([[0, 1], [1, 0]], np.int8), avatars=((0, 1, 1, 2),), lines=((0, 0, 2, 0),))
    image = painted(scene, (Tile("a", "#ff0000"), Tile("b", "#0000ff")), size=10)
    assert image.shape == (20, 20, 3) and tuple(image[5, 5]) == (255, 0, 0) and tuple(image[15, 5]) == (0, 0, 255)
    assert tuple(image[5, 15]) == rgb("#2a9d78")
    north, east = arrow(0), arrow(1)
    assert (np.rot90(north, -1) == east).all() and north[: len(north) // 2].sum() < north[len(north) // 2 :].sum()


def test_one_moment_shows_rules_and_what_they_forbid():
    world = rw.Moves("ban", (Permit("agent 0", ("noop", "forward")),))(harvest(ORCHARD, players=2))
    state = world.reset(jax.random.key(0))
    free = harvest(ORCHARD, players=2)
    under, without = frame(world, state), frame(free, free.reset(jax.random.key(0)))
    assert under.dtype == np.uint8 and (under.shape != without.shape or (under != without).any())


def test_any_world_has_a_picture():
    recording = record(Stock(), Uniform(), jax.random.key(0), 3)
    assert len(recording.scenes[0].bars) >= 1 and next(frames(recording)).ndim == 3


def test_files_are_the_same_bytes(film, tmp_path):
    first, again = write_gif(film, tmp_path / "a.gif"), write_gif(film, tmp_path / "b.gif")
    assert first.read_bytes() == again.read_bytes()
    with Image.open(first) as image:
        assert image.n_frames == 7
    png = write_png(film, tmp_path / "a.png", 2)
    with Image.open(png) as image:
        assert (np.asarray(image) == list(frames(film))[2]).all()


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda film, folder: write_gif(film, folder / "a.png"), "ends in .gif"),
        (lambda film, folder: write_gif(film, folder / "none" / "a.gif"), "a folder that exists"),
        (lambda film, folder: write_gif(film, folder / "a.gif", rate=0), "frames per second above 0"),
        (lambda film, folder: write_png(film, folder / "a.png", 99), "one of 0 to 6"),
    ],
)
def test_wrong_files_are_told(film, tmp_path, write, message):
    with pytest.raises(rw.InputError, match=message):
        write(film, tmp_path)


def test_mp4_is_left_to_the_ffmpeg_that_there_is(film, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(rw.errors.MissingExtra, match=r"ffmpeg on the PATH.*write a GIF"):
        write_mp4(film, tmp_path / "a.mp4")
    asked = {}

    def run(command, input, **options):
        asked.update(command=command, bytes=len(input))
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr("shutil.which", lambda name: "/bin/ffmpeg")
    monkeypatch.setattr("subprocess.run", run)
    write_mp4(film, tmp_path / "a.mp4")
    width, height = map(int, asked["command"][asked["command"].index("-s") + 1].split("x"))
    assert asked["bytes"] == 7 * width * height * 3 and width % 2 == height % 2 == 0


def test_a_world_may_draw_itself():
    class Own(Fishery):
        tiles = (Tile("water", "#0000ff"),)

        def scene(self, state):
            return Scene(np.zeros((1, int(state.stock)), np.int8))

    from rulewright.learning.render import board
    from rulewright.learning.worlds.fishery import FisheryState

    world = Own(count=3)
    (scene,) = board.scenes(world, (), lambda t: FisheryState(np.int32(7), np.int32(0)), [None], 1)
    assert scene.codes.shape == (1, 7) and board.tiles(world) == Own.tiles
