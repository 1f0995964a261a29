"""A quick one-factor graded model: what honest answers of these people would look like."""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.polynomial import hermite_e
from scipy.special import ndtri

from analysis.arrays import Booleans, Floats, Integers
from analysis.integrity.answers import Codes

LARGEST_LOADING = 0.95
SWEEPS = 50
ORDERS = 6
NEWTON_STEPS = 12


@dataclass(frozen=True, slots=True, eq=False)
class GradedFit:
    """
    Normal-ogive graded response model with one factor.

    Attributes
    ----------
    loadings : (items,) common to all groups
    thresholds : (groups, items, n_codes - 1) on the scale of a standard normal answer
    """

    loadings: Floats
    thresholds: Floats

    def simulate(self, pattern: Codes, group: int, rng: np.random.Generator) -> Codes:
        """Draw answers where the pattern has one; what is missing stays missing."""
        items, n = pattern.shape
        factor = rng.standard_normal(n)
        own = np.sqrt(1 - self.loadings**2)[:, None] * rng.standard_normal((items, n))
        latent = self.loadings[:, None] * factor + own
        drawn = np.zeros((items, n), dtype=np.int8)
        for thresholds in self.thresholds[group].T:
            drawn += latent > thresholds[:, None]
        return np.where(pattern >= 0, drawn, pattern)


def fit_graded(codes: Codes, groups: Integers, n_codes: int) -> GradedFit:
    """
    Fit by moments, in a few matrix products.

    Notes
    -----
    Samejima (1969), Psychometrika monograph 17, in its normal form. The thresholds reproduce each
    group's own distribution of every item. The covariance of two codes is the tetrachoric series
    sum over m of rho^m a_im a_jm / m!, a_im the sum over thresholds of the normal density times
    the Hermite polynomial of degree m - 1 (Pearson 1900); solved for the polychoric rho with its
    first terms, over all groups at once. The loadings are the least squares fit of one factor to
    the rho, weighted by the respondents who answered both.
    """
    answered = codes >= 0
    shares = _shares(codes, groups, n_codes)
    with np.errstate(divide="ignore"):
        thresholds = ndtri(np.minimum(np.cumsum(shares, axis=2)[:, :, :-1], 1.0))
    means = shares @ np.arange(n_codes)
    group_size = np.bincount(groups)[groups]
    centred = np.where(answered, codes - means[groups].T, 0.0)
    centred *= np.sqrt(group_size / np.maximum(group_size - 1, 1))
    terms = []
    for order, slopes in enumerate(_slopes(thresholds), 1):
        slope = np.where(answered, slopes[groups].T, 0.0)
        terms.append(slope @ slope.T / factorial(order))
    weights = answered.astype(np.float64) @ answered.T.astype(np.float64)
    known = terms[0] > 0
    rho = np.where(known, _solved(centred @ centred.T, terms, known), 0.0)
    return GradedFit(_one_factor(rho, np.where(known, weights, 0.0)), thresholds)


def _slopes(thresholds: Floats) -> list[Floats]:
    """Coefficients a_im of the series, (groups, items) for each order."""
    # Where a category never occurs, its threshold lies at infinity and the density there is zero.
    at = np.where(np.isfinite(thresholds), thresholds, 40.0)
    density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    return [
        (density * hermite_e.hermeval(at, np.eye(ORDERS)[order])).sum(axis=2)
        for order in range(ORDERS)
    ]


def _solved(covariance: Floats, terms: list[Floats], known: Booleans) -> Floats:
    """Correlations at which the series gives the covariance, by Newton's method."""
    rho = np.zeros(covariance.shape)
    for _ in range(NEWTON_STEPS):
        value = sum(term * rho**m for m, term in enumerate(terms, 1))
        slope = sum(m * term * rho ** (m - 1) for m, term in enumerate(terms, 1))
        # The first term alone bounds the step where the series is cut off too early.
        steep = np.maximum(slope, 0.3 * terms[0])
        step = (covariance - value) / np.where(known, steep, 1.0)
        rho = np.clip(rho + step, -LARGEST_LOADING, LARGEST_LOADING)
    return np.asarray(rho)


def _shares(codes: Codes, groups: Integers, n_codes: int) -> Floats:
    """Distribution of every item within each group; of all groups where nobody answered."""
    n_groups = int(groups.max()) + 1
    shares = np.empty((n_groups, codes.shape[0], n_codes))
    for item, row in enumerate(codes):
        has = row >= 0
        key = groups[has] * n_codes + row[has]
        counts = np.bincount(key, minlength=n_groups * n_codes).reshape(n_groups, n_codes)
        total = counts.sum(axis=0) if has.any() else np.ones(n_codes)
        filled = np.where(counts.sum(axis=1, keepdims=True) > 0, counts, total)
        shares[:, item] = filled / filled.sum(axis=1, keepdims=True)
    return shares


def _one_factor(rho: Floats, weights: Floats) -> Floats:
    """Loadings whose products are nearest to the correlations off the diagonal."""
    items = rho.shape[0]
    weights = weights * (1 - np.eye(items))
    if items == 1 or not weights.any():
        return np.zeros(items)
    off = np.where(weights > 0, np.clip(rho, -1, 1), 0.0)
    values, vectors = np.linalg.eigh(off)
    loadings = vectors[:, -1] * np.sqrt(max(float(values[-1]), 0.0))
    for _ in range(SWEEPS):
        for item in range(items):
            pull = weights[item] * loadings
            below = float(pull @ loadings)
            if below > 0:
                loadings[item] = float(pull @ off[item]) / below
        loadings = np.clip(loadings, -LARGEST_LOADING, LARGEST_LOADING)
    return np.asarray(loadings)
