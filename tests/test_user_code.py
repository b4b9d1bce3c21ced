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
