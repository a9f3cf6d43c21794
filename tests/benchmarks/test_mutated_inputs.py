"""Mutated inputs are read whole or refused in words."""

import importlib

import pytest


@pytest.fixture(scope="module")
def inputs(root):
    """The mutator of the folder of benchmarks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "benchmarks")
        yield importlib.import_module("mutated_inputs")


def not_survived(inputs, numbers) -> list[str]:
    """What came of those that were not read whole or refused in words."""
    answers = inputs.tried(numbers)
    return [f"{one.input.number}: {one.came}\n{one.words}" for one in answers if not one.is_survived]


def test_every_kind_of_input_is_read_while_it_is_in_order(inputs):
    """No kind is refused before anything was done to it, so that every mutation begins from what is read."""
    came = {kind.name: inputs.try_one(inputs.Input(0, kind, kind.content)).came for kind in inputs.kinds()}
    assert came == dict.fromkeys(came, inputs.READ)


def test_a_number_stands_for_one_input(inputs):
    """The same number gives the same bytes, another number others."""
    assert inputs.mutated(7) == inputs.mutated(7)
    assert len({inputs.mutated(number).content for number in range(26)}) == 26


def test_what_is_not_survived_is_seen(inputs, monkeypatch):
    """A row lost by a reader, a traceback and a refusal without words are each told from what is survived."""
    kind = next(kind for kind in inputs.kinds() if kind.name == "observations (CSV)")
    sound = inputs.Input(0, kind, kind.content)
    build = inputs.build_data

    def losing(raw):
        text = (raw / kind.file).read_text(encoding="utf-8")
        (raw / kind.file).write_text("\n".join(text.splitlines()[:-1]) + "\n", encoding="utf-8")
        return build(raw)

    def failing(raw):
        raise KeyError(raw)

    def refusing(raw):  # noqa: ARG001
        raise inputs.PccStatsError(())

    for stands_in, came in ((losing, inputs.DROPPED), (failing, inputs.TRACEBACK), (refusing, inputs.WORDLESS)):
        monkeypatch.setattr(inputs, "build_data", stands_in)
        assert inputs.try_one(sound).came == came


def test_forty_mutated_inputs(inputs):
    """None ends in a traceback, loses a row in silence, or takes over half a minute."""
    assert not_survived(inputs, range(40)) == []


@pytest.mark.slow
def test_more_mutated_inputs(inputs):
    """Nor does any of 250 more."""
    assert not_survived(inputs, range(40, 290)) == []
