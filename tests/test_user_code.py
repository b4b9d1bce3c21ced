"""A user's own file: found, run, and every mistake with its line."""

import pytest

from rulewright import user_code
from rulewright.errors import InputError


def test_a_function_by_name_or_by_custom(tmp_path):
    file = tmp_path / "rule.py"
    file.write_text("def classify(case):\n    return case > 1\n\ndef other(case):\n    return 7\n")
    assert user_code.function(str(file), ("verdict", "classify"))(2) is True
    assert user_code.function(f"{file}:other", ("classify",))(2) == 7


@pytest.mark.parametrize(
    ("text", "said", "words"),
    [
        ("x = 1\ny = 1 / 0\n", "", "line 2"),
        ("def f(:\n", "", "line 1"),
        ("def clasify(case): ...\n", "", "clasify"),
        ("x = 1\n", "", "no function"),
    ],
)
def test_mistakes_have_a_line(tmp_path, text, said, words):
    file = tmp_path / "rule.py"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        user_code.function(f"{file}{said}", ("classify",))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="nothing there"):
        user_code.function(str(tmp_path / "no.py"), ("classify",))


def test_a_neighbour_can_be_imported_and_is_not_remembered(tmp_path):
    for folder, answer in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "neighbour_of_mine.py").write_text(f"def classify(case):\n    return {answer}\n")
        (tmp_path / folder / "rule.py").write_text("from neighbour_of_mine import classify\nSPACE = {'a': [1]}\n")
    for folder, answer in (("one", 1), ("two", 2)):
        function, made = user_code.loaded(str(tmp_path / folder / "rule.py"), ("classify",))
        assert function(0) == answer and made.SPACE == {"a": [1]}


def test_a_file_that_leaves_or_loops(tmp_path, monkeypatch):
    file = tmp_path / "rule.py"
    file.write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(InputError, match=r"line 2.*SystemExit: 3"):
        user_code.module(file)
    monkeypatch.setattr(user_code, "LOADING", 0.1)
    file.write_text("while True: pass\n")
    with pytest.raises(InputError, match=r"within 0\.1 seconds"):
        user_code.module(file)


def test_a_limit_within_a_limit():
    with pytest.raises(user_code.TooSlow) as late, user_code.limited(0.1):
        with user_code.limited(5):
            pass
        while True:
            pass
    assert late.value.args == (0.1,)


def test_errors_and_values_that_cannot_be_said():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

        __repr__ = __str__

    assert user_code.told(Mute()) == "Mute"
    assert user_code.shown(Mute()) == "something of type Mute"
    assert user_code.told(ValueError("a\n  b")) == "ValueError: a b"
