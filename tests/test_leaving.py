"""The page for whoever leaves: its code reads what a pack and a data folder hold, with nothing of ours."""

import re
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_figures_are_read_with_pandas_alone(root, made_pack):
    """The block of docs/leaving.md runs where data and outputs stand; its change is the dashboard's; no pccstats."""
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (root / "docs" / "leaving.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    asked = (
        "\nimport sys\nassert abs(change - said) < 1e-9, (change, said)\n"
        "assert len(workbook) == len(dashboard) > 30 and {'area', 'rate'} <= set(chart)\n"
        "assert not [name for name in sys.modules if name.startswith('pccstats')]\n"
    )
    folder = made_pack("shipped").parents[1]
    done = subprocess.run([sys.executable, "-c", code + asked], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_every_place_on_the_page_is_there(root, made_pack):
    """The files that the page says a pack and a data folder hold are in those that ship."""
    text = (root / "docs" / "leaving.md").read_text(encoding="utf-8")
    pack = made_pack("shipped")
    named = set(re.findall(r"`(\S+\.(?:csv|xlsx|json))` in the pack|`(dashboard\.csv)`", text))
    for name in {first or second for first, second in named}:
        assert list(pack.glob(name)), name
    for name in re.findall(r"`processed/(\S+)`", text):
        assert (pack.parents[1] / "data" / "processed" / name).is_file(), name
