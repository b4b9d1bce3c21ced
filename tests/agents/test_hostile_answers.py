"""What a model may write to break whoever reads it: numbers without end, halves of characters, keys by the thousand."""

import json

import pytest

from rulewright.agents.models import Budget, Budgeted
from rulewright.agents.models.budgeted import charged
from rulewright.agents.quote import spelt
from rulewright.agents.reader import read
from rulewright.agents.request import Message, Reply, Request, Usage
from rulewright.agents.view import Choice, View
from rulewright.errors import InputError


def view(*choices):
    return View("A", 1, "rules", "", choices)


CATCH = view(Choice("catch", low=0, high=100, whole=True, default=0))
WORDS = view(Choice("message", text=True, default=""))


@pytest.mark.parametrize("digits", ["1" * 400, "1" * 5000, '"' + "1" * 400 + '"', '"' + "1" * 5000 + '"', '"1e999"'])
@pytest.mark.parametrize("asked", [CATCH, view(Choice("catch", default=0))], ids=["bounded", "free"])
def test_a_number_that_no_float_holds_is_refused_in_a_sentence(digits, asked):
    with pytest.raises(InputError, match=r"answer|catch"):
        read(f'{{"catch": {digits}}}', asked)


def test_halves_of_characters_do_not_get_in():
    answer = read(r'{"reason": "\udfff", "message": "\ud83d\ude00 and \ud800"}', WORDS)
    assert answer["message"] == "\U0001f600 and \ufffd" and answer.reason == "\ufffd"
    with pytest.raises(InputError) as found:
        read(r'{"\ud800": 1}', WORDS)
    str(found.value).encode()  # it is told to the model, and written to the record


def test_many_keys_are_read_and_one_said_twice_is_found():
    many = ",".join(f'"{k:x}":1' for k in range(9000))
    assert read(f'{{{many},"catch":1}}', CATCH)["catch"] == 1
    with pytest.raises(InputError, match="every key once"):
        read(f'{{{many},"2327":1,"catch":1}}', CATCH)


def test_what_a_terminal_obeys_is_spelt_and_the_data_stay():
    said = {"words": "a\x1b[31m\x9b2J\u202e\u2028 é \U0001f600 \ud800"}
    line = spelt(json.dumps(said, ensure_ascii=False))
    assert json.loads(line) == said and "é" in line and "\U0001f600" in line
    assert line.encode() and not set(line) & set("\x1b\x9b\u202e\u2028")


@pytest.mark.parametrize(
    "text, usage, booked",
    [
        ("long answer", Usage(5, 0), Usage(5, 64)),  # half a count
        ("long answer", Usage(0, 9), Usage(200, 9)),
        ("long answer", Usage(0, 0), Usage(200, 64)),
        ("", Usage(5, 0), Usage(5, 0)),  # nothing was said
        ("", Usage(0, 0), Usage(200, 64)),
        ("long answer", Usage(5, 9), Usage(5, 9)),
    ],
)
def test_a_count_of_tokens_that_is_missing_stands_at_its_bound(text, usage, booked):
    spent, unsure = charged(Reply(text, usage=usage), Usage(200, 64))
    assert spent == booked
    assert unsure == Usage(booked.asked * (not usage.asked), booked.answered * (not usage.answered))


class Shy:
    """Counts what it is asked, and never what it answers."""

    name = "shy"

    async def complete(self, request):
        return Reply("x" * 100, usage=Usage(10, 0))


def test_a_provider_that_counts_half_does_not_stretch_the_budget():
    import asyncio

    from rulewright.agents.models import Overspent

    model, asked = Budgeted(Shy(), Budget(tokens=1000)), Request((Message("user", "?"),), limit=300)

    async def all_of():
        for _ in range(50):
            await model.complete(asked)

    with pytest.raises(Overspent):
        asyncio.run(all_of())
    assert model.usage == Usage(20, 600)
