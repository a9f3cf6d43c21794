"""The data log tells of the files that ship."""

import hashlib

import pytest

FILES = (
    "published_figures",
    "supporting_figures",
    "replay",
    "later_figures",
    "police_recorded_crime",
    "anti_social_behaviour",
    "printed_rates",
    "street_records_2014",
    "populations",
    "partnership_figures",
)


@pytest.mark.parametrize("name", FILES)
def test_hashes_in_the_log_are_those_of_the_files(root, name):
    """Whoever changes a figure says so in the log: update the vintage, the conflicts and the hash there."""
    content = (root / f"data/raw/{name}.csv").read_bytes()
    line = next(
        line
        for line in (root / "docs/qa/data_log.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{name}.csv`")
    )
    assert hashlib.sha256(content).hexdigest() in line
