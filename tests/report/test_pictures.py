"""Pictures: XML that parses, as many marks as things, each where it belongs, text of users escaped, refusals in words."""

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from report_examples import service_quality

import rulewright as rw
from rulewright.assessment import Assessment
from rulewright.behaviour.perfect import subgame_perfect
from rulewright.behaviour.quantal import path
from rulewright.game.files.efg import parse
from rulewright.report import document, pictures
from rulewright.report.pictures.basins import Mapped
from rulewright.report.pictures.canvas import INKS, Canvas
from rulewright.report.pictures.flows import thinned
from rulewright.report.pictures.frame import Frame, Triangle, placed, said, ticks
from rulewright.report.pictures.ground import Ground
from rulewright.report.pictures.layout import across, depths
from rulewright.report.pictures.payoffs import hull, polygon
from rulewright.report.pictures.replies import best_over_interval, best_over_triangle, correspondence
from rulewright.report.report import Matrix

library = rw.library
NS = "{http://www.w3.org/2000/svg}"
NASTY = ("<b>&\"'", "]]></svg>", "a\x01b")


def parsed(picture):
    for dark in (None, True, False):
        ET.fromstring(picture.svg(dark=dark))
    root = ET.fromstring(picture.svg())
    assert root.get("role") == "img" and root.find(f"{NS}title").text == picture.title
    assert picture.says and root.find(f"{NS}desc").text
    assert len(picture.svg()) <= 60_000 and "NaN" not in picture.svg() and "nan," not in picture.svg()
    return root


def marks(root, kind):
    return [element for element in root.iter() if element.get("data-kind") == kind]


def centres(root, kind):
    return [(float(m.get("cx")), float(m.get("cy"))) for m in marks(root, kind)]


def points(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def bimatrix(a, b, **names):
    return rw.Game.normal(np.array([a, b]), **names)


def coordination():
    return bimatrix(np.diag([1, 2, 3]), np.diag([1, 2, 3]), actions=(("a", "b", "c"),) * 2)


# ── best replies ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_equilibria_of_chicken_are_where_they_belong_in_the_square():
    root = parsed(pictures.polytopes(library.chicken()))
    frame = Frame(76, 62, 320, 320, (0, 1), (0, 1))
    wanted = [frame(1, 0), frame(2 / 3, 2 / 3), frame(0, 1)]
    assert centres(root, "equilibrium") == pytest.approx(np.round(wanted, 1))
    row, column = map(points, marks(root, "reply"))
    wanted = [frame(*p) for p in ((1, 0), (1, 2 / 3), (0, 2 / 3), (0, 1))]
    assert np.array(row) == pytest.approx(np.array(wanted), abs=0.06)
    wanted = [frame(*p) for p in ((0, 1), (2 / 3, 1), (2 / 3, 0), (1, 0))]
    assert np.array(column) == pytest.approx(np.array(wanted), abs=0.06)


@pytest.mark.parametrize(
    ("gain", "wanted"),
    [
        ((1, 1), [(1, 0), (1, 1)]),
        ((-1, -1), [(0, 0), (0, 1)]),
        ((1, -1), [(0, 0), (0, 0.5), (1, 0.5), (1, 1)]),
        ((-3, 1), [(1, 0), (1, 0.25), (0, 0.25), (0, 1)]),
        ((1, 0), [(0, 0), (1, 0), (1, 1)]),
        ((-1, 0), [(1, 0), (0, 0), (0, 1)]),
        ((0, 1), [(1, 0), (1, 1), (0, 1)]),
    ],
)
def test_correspondences_of_two_actions(gain, wanted):
    """gain[k]: of the first action over the second where the other plays k; the other's probability of k = 0 goes from 0 to 1."""
    assert correspondence(np.array(gain)) == wanted


def test_a_player_who_never_cares_fills_the_square_and_components_are_marked():
    root = parsed(pictures.polytopes(bimatrix([[1, 1], [1, 1]], [[1, 0], [1, 0]])))
    assert [m.tag for m in marks(root, "reply")] == [f"{NS}polygon", f"{NS}polyline"]
    assert len(marks(root, "component")) == 1 and len(marks(root, "equilibrium")) == 2


def test_envelopes_are_the_maximum_everywhere():
    table = np.random.default_rng(3).normal(size=(9, 2))
    pieces = best_over_interval(table)
    assert pieces[0][1] == 0 and pieces[-1][2] == 1
    assert [p[2] for p in pieces[:-1]] == [p[1] for p in pieces[1:]]
    for q in np.linspace(0, 1, 101):
        k = next(k for k, low, high in pieces if low <= q <= high)
        assert table[k] @ [1 - q, q] == pytest.approx((table @ [1 - q, q]).max())


def test_equilibria_lie_on_the_envelope_and_lines_are_the_actions():
    game = bimatrix([[3, 3], [2, 5], [0, 6], [1, 1]], [[3, 2], [2, 6], [3, 1], [0, 0]])
    root = parsed(pictures.polytopes(game))
    assert len(marks(root, "action")) == 4 and len(marks(root, "best")) == 3 and len(marks(root, "equilibrium")) == 3
    frame = Frame(76, 62, 360, 290, (0, 1), (-0.42, 6.42))
    assert centres(root, "equilibrium") == pytest.approx(
        np.round([frame(0, 3), frame(1 / 3, 3), frame(2 / 3, 4)], 1), abs=0.11
    )


def test_regions_of_the_triangle_share_it_out_and_are_right():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 9, size=(6, 3)).astype(float)
    parts = best_over_triangle(table)
    for k, corners in parts:
        inside = np.mean(corners, axis=0)
        assert int(np.argmax(table @ inside)) == k
    area = sum(abs(_area(corners)) for _, corners in parts)
    assert area == pytest.approx(0.5)


def _area(corners):
    x, y = np.array(corners)[:, 1], np.array(corners)[:, 2]
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_equal_actions_have_one_region():
    assert [k for k, _ in best_over_triangle(np.array([[1.0, 0, 0], [1, 0, 0], [0, 2, 2]]))] == [0, 2]


def test_both_triangles_of_rock_paper_scissors():
    root = parsed(pictures.polytopes(library.rock_paper_scissors()))
    assert len(marks(root, "region")) == 6
    left, right = centres(root, "equilibrium")
    middle = Triangle(46, 104, 320)([1 / 3, 1 / 3, 1 / 3])
    assert left == pytest.approx(middle, abs=0.06) and right[1] == left[1] and right[0] > 400


def test_large_games_have_no_best_reply_picture():
    with pytest.raises(rw.InputError, match="two or three actions of one player") as told:
        pictures.polytopes(library.travelers_dilemma(9))
    assert "equilibria(game)" in str(told.value)
    with pytest.raises(rw.InputError, match="two players choose"):
        pictures.polytopes(library.public_goods())


def test_text_of_users_is_data():
    game = bimatrix(
        [[2, 0], [0, 1]],
        [[1, 0], [0, 2]],
        players=(NASTY[0], NASTY[1]),
        actions=((NASTY[0], NASTY[2]), ("x", NASTY[1])),
    )
    for made in (
        pictures.polytopes(game),
        pictures.simplex(game),
        pictures.basins(game, grid=4),
        pictures.equilibria(game),
    ):
        root = parsed(made)
        assert not list(root.iter(f"{NS}b")) and NASTY[0] in "".join(root.itertext())
    parsed(pictures.logit_path(game, 3))
    text = library.game("horse")
    assert text.tree is not None
    hostile = 'EFG 2 R "x" { "<i>&" "b" }\np "" 1 1 "s<" { "l&" "r<" } 0\nt "" 1 "" { 1 2 }\nt "" 2 "" { 3 1/3 }\n'
    assert "l&" in "".join(parsed(pictures.tree(parse(hostile, "<here>"))).itertext())


# ── flows and basins ────────────────────────────────────────────────────────────────────────────────────────────────


def test_rest_points_of_coordination():
    root = parsed(pictures.simplex(coordination()))
    assert len(marks(root, "rest-stable")) == 3 and len(marks(root, "rest-unstable")) == 4
    triangle = Triangle(52, 88, 420)
    inner = triangle(np.array([6, 3, 2]) / 11)  # x ∝ 1 / payoff
    assert min(np.hypot(*np.subtract(inner, at)) for at in centres(root, "rest-unstable")) < 0.1
    assert sorted(centres(root, "rest-stable")) == pytest.approx(np.round(sorted(triangle.corners()), 1), abs=0.06)
    assert len(marks(root, "trajectory")) == 15


def test_the_centre_of_rock_paper_scissors_is_not_called_stable():
    root = parsed(pictures.simplex(library.rock_paper_scissors()))
    assert len(marks(root, "rest-neither")) == 1 and not marks(root, "rest-stable")
    root = parsed(pictures.simplex(library.rock_paper_scissors(), "logit", strength=5))
    assert len(marks(root, "rest-stable")) == 1


@pytest.mark.parametrize("flow", ["replicator", "best-response", "logit", "smith", "bnn", "imitation"])
def test_every_flow_in_the_square(flow):
    made = pictures.simplex(
        library.stag_hunt(), flow, starts=[[0.9, 0.1, 0.9, 0.1], [0.2, 0.8, 0.3, 0.7]], strength=4.0
    )
    root = parsed(made)
    assert len(marks(root, "rest-stable")) == 2 and len(marks(root, "trajectory")) == 2
    assert flow in made.title


def test_lines_end_where_trajectories_do():
    root = parsed(pictures.simplex(library.stag_hunt(), starts=[[0.95, 0.05, 0.95, 0.05]]))
    frame = Frame(92, 76, 420, 420, (0, 1), (0, 1))
    first, *_, last = points(marks(root, "trajectory")[0])
    assert first == pytest.approx(frame(0.95, 0.95), abs=0.1) and last == pytest.approx(frame(1, 1), abs=0.5)


def test_thinning_keeps_lines_within_its_tolerance():
    t = np.linspace(0, 6, 400)
    line = np.stack([60 * t, 40 * np.sin(t)], axis=1)
    thin = thinned(line, 0.3)
    assert len(thin) < 80 and np.array_equal(thin[[0, -1]], line[[0, -1]])
    assert abs(np.interp(line[:, 0], thin[:, 0], thin[:, 1]) - line[:, 1]).max() < 0.5


def test_basins_of_the_stag_hunt_are_split_where_they_should_be():
    """With one boundary through the mixed equilibrium, (3/4, 3/4): by symmetry the diagonal is cut there."""
    made = pictures.basins(library.stag_hunt(), grid=12)
    root = parsed(made)
    assert len(marks(root, "basin")) == 2 and len(marks(root, "rest-stable")) == 2
    assert "144 starts" in made.says and "settled nowhere" not in made.says
    ground = Ground.of(library.stag_hunt(), "test", left=0, top=0)
    from rulewright.behaviour.dynamics import basins

    found = basins(ground.contest, "replicator", grid=6)
    goes = Mapped(ground, found, 1.0, 100.0)
    q = np.array([0.745, 0.755])
    below, above = goes(np.stack([q, 1 - q, q, 1 - q], axis=1))
    assert found.points[below][0] < 0.01 and found.points[above][0] > 0.99


def test_painted_basins_cover_the_space_once():
    """The areas of all pieces add up to the triangle's, and each one's share is near the counted one."""
    made = pictures.basins(coordination(), grid=20)
    areas = []
    for m in marks(parsed(made), "basin"):
        rings = [
            [tuple(map(float, p.split())) for p in re.split("L", ring)] for ring in m.get("d").strip("MZ").split("ZM")
        ]
        areas.append(sum(abs(_ring(ring)) for ring in rings))
    side = 420
    assert sum(areas) == pytest.approx(side * side * 3**0.5 / 4, rel=0.01)
    shares = [float(s) / 100 for s in re.findall(r"([\d.]+)%", made.says)]
    assert np.array(areas) / sum(areas) == pytest.approx(shares, abs=0.02)


def _ring(ring):
    x, y = np.array(ring).T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_rest_points_that_are_not_isolated_are_said_to_be_so():
    twins = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])  # the first and the third are one
    made = pictures.simplex(bimatrix(twins, twins.T))
    root = parsed(made)
    ends = centres(root, "loose")
    assert 5 <= len(ends) <= 15 and "not isolated" in made.says
    map_ = pictures.basins(bimatrix(twins, twins.T), grid=10)
    root = parsed(map_)
    assert not marks(root, "basin") and len(marks(root, "one-of-many")) > 9 and "continuum" in map_.says


def test_drawn_starts_have_intervals_and_the_same_seed_the_same_bytes():
    made = [pictures.basins(library.stag_hunt(), draws=60, seed=4) for _ in range(2)]
    assert made[0].svg() == made[1].svg() and re.search(r"\d+\.\d% \(\d+\.\d% to \d+\.\d%\)", made[0].says)


def test_what_flows_cannot_show():
    for draw in (pictures.simplex, pictures.basins):
        with pytest.raises(rw.InputError, match="symmetric"):
            draw(bimatrix(np.arange(9).reshape(3, 3), np.arange(9).reshape(3, 3)))
        with pytest.raises(rw.InputError, match="replicator"):
            draw(library.stag_hunt(), "downhill")
    with pytest.raises(rw.InputError, match="sum to 1"):
        pictures.simplex(library.stag_hunt(), starts=[[1.0, 1.0, 0.0, 1.0]])
    with pytest.raises(rw.InputError, match="cells"):
        pictures.basins(library.stag_hunt(), grid=0)


# ── logit ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def folding():
    return bimatrix([[9, 1, 9], [8, 1, 5]], [[3, 4, 6], [8, 9, 0]])


def test_folds_are_marked_where_they_are():
    folds = path(folding(), 8).folds
    assert len(folds) == 2
    made = pictures.logit_path(folding(), 8)
    root = parsed(made)
    assert len(marks(root, "branch")) == 5 and len(marks(root, "fold")) == 4 and len(marks(root, "fold-point")) == 10
    low, high = np.log10(0.03 / 9), np.log10(8 * 1.02)
    at = [76 + 460 * (np.log10(f.lam) - low) / (high - low) for f in folds]
    assert [points(m)[0][0] for m in marks(root, "fold")[:2]] == pytest.approx(at, abs=0.06)
    assert said(folds[0].lam)[:4] in made.says


def test_branches_start_uniform_and_end_where_the_path_does():
    root = parsed(pictures.logit_path(library.prisoners(), 6))
    ends = path(library.prisoners(), 6).points[-1][0][0]
    for line, share in zip(marks(root, "branch")[:2], ends, strict=True):
        first, *_, last = points(line)
        assert first[1] == pytest.approx(66 + 95, abs=4) and last[1] == pytest.approx(66 + 190 * (1 - share), abs=0.1)


def test_all_logit_equilibria_where_asked_and_goals_instead():
    root = parsed(pictures.logit_path(library.chicken(), 4, at=[3]))
    assert len(marks(root, "equilibrium")) == 3 * 2 * 2
    total = library.chicken().payoff.sum(axis=0)
    root = parsed(pictures.logit_path(library.chicken(), 4, goal=total, at=[3]))
    assert len(marks(root, "branch")) == 1 and len(marks(root, "equilibrium")) == 3


def test_what_a_logit_picture_cannot_show():
    with pytest.raises(rw.InputError, match="goal"):
        pictures.logit_path(library.travelers_dilemma(30), 1)
    parsed(pictures.logit_path(library.travelers_dilemma(30), 1, goal=library.travelers_dilemma(30).payoff.sum(axis=0)))
    with pytest.raises(rw.InputError, match="above 0"):
        pictures.logit_path(library.chicken(), -1)
    alone = rw.Game.normal(np.zeros((1, 1), dtype=int))
    with pytest.raises(rw.InputError, match="somebody chooses"):
        pictures.logit_path(alone, 1)


# ── payoffs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_correlated_polygon_of_chicken():
    """Aumann's game: corners (2,7), (7,2), (5¼,5¼), where the mediator is best for both, and (18/5, 18/5), where it is worst."""
    root = parsed(pictures.equilibria(library.chicken()))
    (shape,) = marks(root, "correlated")
    frame = Frame(80, 64, 400, 360, (-0.49, 7.49), (-0.49, 7.49))
    wanted = sorted(frame(*p) for p in ((2, 7), (7, 2), (5.25, 5.25), (3.6, 3.6)))
    assert sorted(points(shape)) == pytest.approx(np.array(wanted), abs=0.1)
    assert len(marks(root, "equilibrium")) == 3 and len(marks(root, "outcome")) == 4
    assert "10.5" in pictures.equilibria(library.chicken()).says


def test_polygons_from_support_functions():
    corners = hull(np.random.default_rng(1).normal(size=(30, 2)))
    found = polygon(lambda w: corners[np.argmax(corners @ w)], 4.0)
    assert sorted(map(tuple, found)) == pytest.approx(np.array(sorted(map(tuple, corners))))
    point = polygon(lambda w: np.array([1.0, 2.0]), 1.0)
    assert point.tolist() == [[1.0, 2.0]]


def test_components_are_drawn_and_large_games_refused():
    assert len(marks(parsed(pictures.equilibria(library.outside_option())), "component")) == 1
    with pytest.raises(rw.InputError, match="pairs of actions"):
        pictures.equilibria(library.travelers_dilemma(100))


# ── trees ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("name", ["horse", "beer_and_quiche", "entry", "outside_option"])
def test_trees_have_every_node_edge_and_set(name, down):
    game = library.game(name)
    tree = game.tree
    root = parsed(pictures.tree(game, down=down))
    kinds = [node.owner for node in tree.nodes]
    assert len(marks(root, "node")) == sum(k >= 0 for k in kinds) and len(marks(root, "end")) == kinds.count(-2)
    assert len(marks(root, "chance")) == kinds.count(-1) and len(marks(root, "edge")) == len(kinds) - 1
    assert len(marks(root, "set")) == sum(len(nodes) - 1 for nodes in tree.places.values())
    spots = centres(root, "node") + centres(root, "end")
    assert len(set(spots)) == len(spots)


def test_ends_are_evenly_spaced_parents_in_the_middle_and_sets_level():
    tree = library.horse().tree
    places, columns = across(tree), depths(tree)
    ends = [places[k] for k, below in enumerate(tree.children) if not below]
    assert ends == list(range(len(ends)))
    for k, below in enumerate(tree.children):
        if below:
            assert places[k] == (places[below[0]] + places[below[-1]]) / 2
            assert all(columns[child] > columns[k] for child in below)
    for nodes in tree.places.values():
        assert len({columns[k] for k in nodes}) == 1  # though one of player three's nodes is nearer to the root


def test_the_path_of_a_play_is_in_bold():
    game = library.entry()
    perfect = subgame_perfect(game.tree).equilibria[0]
    made = pictures.tree(game, perfect)
    assert len(marks(parsed(made), "played")) == 2 and "(2, 2) with probability 1" in made.says
    staying = rw.Play.pure(game, {"rival": "out", "store": "fight"})
    root = parsed(pictures.tree(game, staying))
    assert len(marks(root, "played")) == 1 and len(marks(root, "off")) == 1


def test_mixed_choices_carry_their_probability():
    game = library.outside_option()
    law = {(0, 0): (0, 1), (0, 1): (Fraction(2, 3), Fraction(1, 3)), (1, 0): (Fraction(1, 3), Fraction(2, 3))}
    text = "".join(parsed(pictures.tree(game, law)).itertext())
    assert "2/3" in text and "1/3" in text


def test_ends_add_what_was_paid_on_the_way():
    text = [m.text for m in parsed(pictures.tree(library.beer_and_quiche())).iter(f"{NS}text")]
    paid = [t.rstrip(",") for t in text if re.fullmatch(r"\d,?", t or "")]
    assert paid == ["1", "0", "3", "1", "0", "0", "2", "1", "0", "1", "2", "0", "1", "1", "3", "0"]


def test_games_without_a_tree_and_changed_ones_are_refused():
    with pytest.raises(rw.InputError, match="read from a tree"):
        pictures.tree(library.chicken())
    game = library.entry()
    with pytest.raises(rw.InputError, match="law over the actions"):
        pictures.tree(game, {(0, 0): (1,)})
    with pytest.raises(rw.InputError, match="independently"):
        pictures.tree(
            game, rw.Play.joint(game, np.array([[1, 1], [1, 1]]).reshape(game.payoff.shape[1:]) / Fraction(4))
        )
    many = "".join(f't "" {k} "" {{ 1 }}\n' for k in range(1, 401))
    labels = " ".join(f'"{k}"' for k in range(400))
    with pytest.raises(rw.TooLarge, match="300 nodes"):
        pictures.tree(parse(f'EFG 2 R "x" {{ "a" }}\np "" 1 1 "s" {{ {labels} }} 0\n{many}', "wide"))


# ── paper ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_saving(tmp_path, monkeypatch):
    made = pictures.polytopes(library.chicken())
    assert made.save(tmp_path / "a.svg").read_text(encoding="utf-8") == made.svg()
    html = made.save(tmp_path / "a.html").read_text(encoding="utf-8")
    assert made.says.split(";")[0] in html and "<script" not in html
    with pytest.raises(rw.InputError, match=r"\.svg, \.png or \.html"):
        made.save(tmp_path / "a.bmp")
    with pytest.raises(rw.InputError, match="written to"):
        made.save(tmp_path / "nowhere" / "a.svg")
    assert made._repr_html_() == made.svg()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(rw.MissingExtra, match="viz"):
        made.save(tmp_path / "a.png")


def test_png_has_twice_the_size(tmp_path):
    pytest.importorskip("vl_convert")
    made = pictures.tree(library.entry())
    content = made.save(tmp_path / "a.png", dark=True).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(content[16:20], "big") == 2 * made.width


def test_dark_and_light_differ_in_colours_only():
    made = pictures.equilibria(library.bach_or_stravinsky())
    light, dark = (re.sub("#[0-9a-f]{6}", "#", made.svg(dark=d)) for d in (False, True))
    assert light == dark and made.svg(dark=False) != made.svg(dark=True)
    assert "prefers-color-scheme:dark" in made.svg() and INKS["paper"][1] in made.svg()


def test_text_cannot_name_an_ink():
    canvas = Canvas()
    canvas.text(0, 0, "\x00ink\x00 & <")
    assert "ink &amp; &lt;" in canvas.picture("t", "s", 10, 10).svg()


def test_numbers_ticks_and_labels():
    assert [said(v) for v in (Fraction(-14, 3), 0.5, 1 / 3, 2, 0.1234567)] == ["−14/3", "0.5", "1/3", "2", "0.123"]
    assert ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1]) and ticks(2, 2) == [2]
    assert placed([10, 11, 50], 15, 0, 60) == [10, 25, 50] and placed([58, 59], 15, 0, 60) == [45, 60]


def test_the_page_shows_best_replies_before_and_after_and_the_tree(monkeypatch):
    pytest.importorskip("altair")
    monkeypatch.setattr(document, "bundle", lambda: "//")
    today = Matrix("row", "column", ["a", "b"], ["c", "d"], [[4, 1], [1, 3]], [[4, 0], [3, 3]], [[4, 3], [0, 3]], [])
    rule = replace(today, row_payoff=[[4, 1], [0, 0]], column_payoff=[[4, 0], [1, 0]])
    report = replace(service_quality(), matrices={"today": today, "designed": rule})
    text = Assessment(report, None).page
    assert text.count('class="rw-picture"') == 2 and "Best replies under the rule" in text and 'id="tree"' not in text
    with_tree = Assessment(report, None, library.horse().tree).page
    assert with_tree.count('class="rw-picture"') == 3 and 'id="tree"' in with_tree and 'href="#tree"' in with_tree
    assert "rw-picture" not in Assessment(service_quality(), None).page.split("<script")[0]  # 11 × 11: nothing to draw


# ── tables in notebooks ─────────────────────────────────────────────────────────────────────────────────────────────


def test_small_games_are_tables_with_best_replies_underlined():
    root = ET.fromstring(library.chicken()._repr_html_())
    cells = [c for c in root.iter("td") if c.get("style")]
    assert [len(c.findall("u")) for c in cells] == [0, 2, 2, 0]
    assert ["outline" in c.get("style") for c in cells] == [False, True, True, False]
    wanted = rw.Goal.total().on(library.chicken())
    assert [
        c.find("small").text
        for c in ET.fromstring(wanted._repr_html_().replace("<br>", "")).iter("td")
        if c.get("style")
    ] == [
        "12",
        "9",
        "9",
        "0",
    ]
    assert library.public_goods()._repr_html_() is None and library.travelers_dilemma()._repr_html_() is None
    hostile = bimatrix([[1, 0], [0, 1]], [[1, 0], [0, 1]], players=("<b>", "&"), actions=(("<u>", "b"), ("c", "d")))
    assert "<b>" not in hostile._repr_html_() and "&lt;u&gt;" in hostile._repr_html_()
