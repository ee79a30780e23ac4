"""Robust centres and distances against robustbase 0.95.0 and rrcov 1.7.2 (R 4.2.2)."""

from numpy.testing import assert_allclose

from stats.indices.distance import mahalanobis
from stats.indices.mcd import deterministic_mcd, squared_distances
from stats.indices.spread import ogk
from tests.golden.sets import Floats, golden

TOLERANCE = 1e-6


def _rows() -> Floats:
    return golden("robust_mv_hbk", "input.csv").matrix(1)


def test_mcd_is_that_of_robustbase() -> None:
    fit = deterministic_mcd(_rows())
    centers = golden("robust_mv_hbk", "expected_center.csv").matrix(1)
    covariance = golden("robust_mv_hbk", "expected_mcd_cov.csv").matrix(1)
    assert fit.h == 39
    assert_allclose(fit.center, centers[0], atol=TOLERANCE)
    assert_allclose(fit.raw_center, centers[1], atol=TOLERANCE)
    assert_allclose(fit.covariance, covariance, atol=TOLERANCE)


def test_mcd_distances_and_weights_are_those_of_robustbase() -> None:
    fit = deterministic_mcd(_rows())
    expected = golden("robust_mv_hbk", "expected_distances.csv")
    squared = squared_distances(_rows(), fit.center, fit.covariance)
    assert_allclose(squared, expected.numbers("d2_mcd"), rtol=0, atol=TOLERANCE)
    assert fit.weights.tolist() == expected.numbers("mcd_weight").tolist()


def test_the_mahalanobis_index_takes_either_covariance() -> None:
    expected = golden("robust_mv_hbk", "expected_distances.csv")
    robust = mahalanobis(_rows(), covariance="mcd").squared
    assert_allclose(robust, expected.numbers("d2_mcd"), rtol=0, atol=TOLERANCE)
    for column in ("d2_classic", "psych_outlier"):
        squared = mahalanobis(_rows()).squared
        assert_allclose(squared, expected.numbers(column), rtol=0, atol=TOLERANCE)


def test_orthogonal_pairwise_scatter_is_that_of_rrcov() -> None:
    found = ogk(_rows())
    expected = golden("robust_mv_hbk", "expected_distances.csv").numbers("d2_ogk")
    assert_allclose(found.distances, expected, rtol=0, atol=TOLERANCE)
    assert_allclose(
        found.center, golden("robust_mv_hbk", "expected_center.csv").matrix(1)[2], atol=TOLERANCE
    )
