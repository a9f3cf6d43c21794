"""However a state of the data was come to, its pack is the same: whatever was kept on the way there."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextvars import Context
from pathlib import Path

import pandas as pd
import pytest

from pccstats.batch import ahead
from pccstats.batch.pack import make_pack
from pccstats.batch.request import Request
from pccstats.batch.terminal import Quiet
from tests.batch.test_desks import QUARTER, files_of, small_data

pytestmark = pytest.mark.slow

STEPS = 4


def _figure(measure: str, area: str) -> Callable[[Path], None]:
    """The latest figure of a measure in an area, one more than it was."""

    def change(data: Path) -> None:
        counts = pd.read_csv(data / "counts.csv", dtype=str)
        last = counts.index[counts["indicator"].eq(measure) & counts["area"].eq(area)][-1]
        counts.loc[last, "numerator"] = str(int(counts.loc[last, "numerator"]) + 1)
        counts.to_csv(data / "counts.csv", index=False)

    return change


def _text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        held = (data / name).read_text("utf-8")
        assert old in held
        (data / name).write_text(held.replace(old, new), "utf-8")

    return change


STATES: dict[str, Callable[[Path], None]] = {
    "as it is": lambda _: None,
    "a district's figure": _figure("Burglary", "Blaby"),
    "the force's figure": _figure("Robbery", "Leicestershire"),
    "a priority's title": _text("plan.toml", "Reduce robbery", "Less robbery"),
    "a polarity": _text("plan.toml", "lower_is_better", "higher_is_better"),
    "a notebook": _text("notebooks/partnerships.ipynb", "## How to read this page", "## How to read it"),
}


@pytest.mark.parametrize("seed", [1])
def test_the_way_to_a_state_changes_no_byte(
    root: Path, tmp_path: Path, with_one_server: Context, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """From state to state and back, one page alone now and then: every pack is the one made in a clean folder."""
    monkeypatch.setattr(ahead, "WORTH_A_PROCESS", 1)
    small_data(root, tmp_path / "kept" / "data")
    given, drawn = tmp_path / "given", random.Random(seed)
    shutil.copytree(tmp_path / "kept" / "data", given)

    def made(desk: Path, **options: str) -> dict[str, bytes]:
        request = Request.read(QUARTER, desk / "data", desk / "outputs", **options)  # type: ignore[arg-type]
        with_one_server.copy().run(make_pack, request, Quiet())
        return files_of(desk)

    def put(state: str, data: Path) -> None:
        shutil.copytree(given, data, dirs_exist_ok=True)
        STATES[state](data)

    clean: dict[str, dict[str, bytes]] = {}
    for state in [drawn.choice(list(STATES)) for _ in range(STEPS)]:
        if state not in clean:
            put(state, tmp_path / state / "data")
            clean[state] = made(tmp_path / state)
        put(state, tmp_path / "kept" / "data")
        assert made(tmp_path / "kept") == clean[state], state
        if drawn.random() < 1 / 3:
            assert made(tmp_path / "kept", only="dashboard") == clean[state], state
