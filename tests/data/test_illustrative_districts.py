"""The districts' illustrative months are made as they say."""

import subprocess
import sys

import pandas as pd
import pytest

SOURCE = "Illustrative monthly split of published totals"


@pytest.fixture(scope="module")
def districts(root) -> pd.DataFrame:
    """The shipped file."""
    return pd.read_csv(root / "data/raw/illustrative_districts.csv")


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(root, tmp_path):
    """The generator makes the file that ships, byte for byte."""
    target = tmp_path / "made.csv"
    command = [sys.executable, root / "tools/make_illustrative_districts.py", root / "data/raw", target]
    subprocess.run(command, check=True)
    assert target.read_bytes() == (root / "data/raw/illustrative_districts.csv").read_bytes()


def test_every_row_says_that_it_is_illustrative(districts):
    """No row can be taken for a record."""
    assert set(districts["source"]) == {SOURCE}
    assert districts["note"].str.contains("assumed").all()


def test_printed_changes_are_kept_to(districts):
    """Rutland has 185 fewer crimes, just over 15%; Charnwood 21.8% less violence with injury (Annual Report)."""
    year = pd.PeriodIndex(districts["period_end"], freq="M").asfreq("Y-MAR").year
    totals = districts.groupby(["indicator", "area", year])["numerator"].sum()
    rutland = totals["11.offences"]["Rutland"]
    assert rutland[2014] - rutland[2015] == 185
    assert 0.15 < 185 / rutland[2014] < 0.155
    charnwood = totals["13.offences"]["Charnwood"]
    assert round(100 * (1 - charnwood[2015] / charnwood[2014]), 1) == 21.8


def test_parts_never_exceed_their_whole(districts):
    """All crime of a district holds at least the four offences counted beside it, in every month."""
    table = districts.pivot(index=["area", "period_end"], columns="indicator", values="numerator")
    assert (table["11.offences"] >= table.drop(columns="11.offences").sum(axis=1)).all()
