"""Months counted in their order, several at once, here or by the workers of a cluster: nothing else changes."""

import operator
import warnings

import pandas as pd
import pytest

from pccstats.sources.cluster import CLUSTER
from pccstats.sources.readers import street_counts
from pccstats.sources.readers.street_counts import count_records, find_files
from tests.sources.published_forms import street_file, street_row


def download(folder, months):
    """A small download of several months."""
    for month in months:
        rows = [street_row(f"{month}{n}", month, kind="Drugs" if n % 3 else "Burglary") for n in range(40)]
        (folder / f"{month}-ours-street.csv").write_text(street_file([*rows, rows[0]]))
    return find_files(folder, "street").months


def test_whoever_stops_waits_for_no_month_that_was_not_begun(tmp_path, monkeypatch):
    """Months come in their order; when a count is stopped in the first of them, most of a year is never begun."""
    months = download(tmp_path, [f"2015-{number:02d}" for number in range(1, 13)])
    begun, count = [], street_counts._count_month

    def counted(engine, files, kind):
        begun.append(files)
        return count(engine, files, kind)

    class Stopped(Exception):
        """As when somebody presses Ctrl-C."""

    def stop(words):
        said.append(words)
        raise Stopped

    said = []
    monkeypatch.setattr(street_counts, "_count_month", counted)
    with pytest.raises(Stopped):
        count_records(months, "street", stop)
    assert [words.split(":")[1].split()[0] for words in said] == ["2015-01"]
    assert len(begun) < len(months)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what a scheduler says of ports and loops is not ours
def test_a_cluster_counts_the_same(tmp_path, monkeypatch):
    """Two workers of a local cluster give the table this machine gives; if they do not see the files, it counts."""
    distributed = pytest.importorskip("distributed")
    months = download(tmp_path, [f"2015-{number:02d}" for number in range(1, 7)])
    alone, _ = count_records(months, "street", lambda _: None)
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
            monkeypatch.setenv(CLUSTER, cluster.scheduler_address)
            together, findings = count_records(months, "street", said.append)
            monkeypatch.setattr(street_counts, "sees", operator.not_)  # what workers on another machine answer: no
            unseen, _ = count_records(months, "street", said.append)
    pd.testing.assert_frame_equal(unseen, alone)
    assert said.pop().endswith("6 of 6 months, 246 rows so far")
    assert said.pop(6) == "the workers of the cluster do not see the records: this machine counts them"
    pd.testing.assert_frame_equal(together, alone)
    assert alone["crimes"].sum() == 240
    assert findings == []
    assert said[5].endswith("6 of 6 months, 246 rows so far")
