"""Many tests read together."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from pccstats.methods.change.many import false_discovery
from pccstats.terms.errors import MethodProblem

P_VALUES = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34]


def test_q_values_equal_statsmodels():
    """q-values are those of statsmodels' Benjamini-Hochberg, in the order given."""
    shuffled = np.random.default_rng(2).permutation(P_VALUES)
    found = false_discovery(shuffled)
    assert found.points["q_value"].to_numpy() == pytest.approx(multipletests(shuffled, method="fdr_bh")[1])
    assert found.flags_kept == int(multipletests(shuffled, alpha=0.05, method="fdr_bh")[0].sum())


def test_forty_tests_expect_two_false_flags():
    """Forty tests at 5% raise two flags where nothing has changed."""
    assert false_discovery([0.5] * 40).expected_false_flags == pytest.approx(2)


def test_tests_not_made_are_not_counted():
    """An empty p has an empty q and does not count as a test."""
    found = false_discovery(pd.Series({"a": 0.01, "b": np.nan, "c": 0.02}))
    assert found.points["q_value"].tolist() == pytest.approx([0.02, np.nan, 0.02], nan_ok=True)
    assert (found.tests, found.not_tested) == (2, 1)
    assert found.summary()["not_tested"].item() == 1
    assert "2 tests at 5%; 1 not tested" in found.method


def test_no_tests_at_all():
    """A pack with nothing to test gives an answer, not an error."""
    found = false_discovery([np.nan, np.nan])
    assert (found.tests, found.flags, found.expected_false_flags) == (0, 0, 0)


def test_every_impossible_p_is_named():
    """All p-values outside 0 to 1 are listed at once."""
    with pytest.raises(MethodProblem, match=r"2 problems(.|\n)*burglary has 1\.2(.|\n)*theft has -0\.1"):
        false_discovery({"burglary": 1.2, "violence": 0.5, "theft": -0.1})


def test_q_values_equal_scipys():
    """scipy's procedure, which takes no empty p, gives the same to the last digits; ties and nought included."""
    p_values = [*P_VALUES, 0.0, 0.041, 1.0]
    found = false_discovery([*p_values[:4], np.nan, *p_values[4:]]).points["q_value"]
    assert np.isnan(found[4])
    assert found.drop(4).to_numpy() == pytest.approx(false_discovery_control(p_values), rel=1e-14)


def test_a_name_may_stand_twice():
    """Two tests of one name are two tests."""
    found = false_discovery(pd.Series([0.01, 0.02], index=["burglary", "burglary"]))
    assert found.points["q_value"].tolist() == [0.02, 0.02]
