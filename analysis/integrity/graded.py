"""A quick one-factor graded model: what honest answers of these people would look like."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from analysis.arrays import Floats, Integers
from analysis.integrity.answers import Codes

LARGEST_LOADING = 0.95
SWEEPS = 50


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
    Fit by moments, in two matrix products.

    Notes
    -----
    Samejima (1969), Psychometrika monograph 17, in its normal form. The thresholds reproduce each
    group's own distribution of every item. To first order the covariance of two codes is
    rho a_i a_j, with a the sum of normal densities at the thresholds; the loadings are the least
    squares fit of one factor to the rho, weighted by the respondents who answered both. Beyond
    first order rho comes out too large, and answers too alike: on the safe side here.
    """
    answered = codes >= 0
    codes_of_group = _shares(codes, groups, n_codes)
    with np.errstate(divide="ignore"):
        thresholds = ndtri(np.minimum(np.cumsum(codes_of_group, axis=2)[:, :, :-1], 1.0))
    slopes = np.exp(-(thresholds**2) / 2).sum(axis=2) / np.sqrt(2 * np.pi)
    means = codes_of_group @ np.arange(n_codes)
    group_size = np.bincount(groups)[groups]
    centred = np.where(answered, codes - means[groups].T, 0.0)
    centred *= np.sqrt(group_size / np.maximum(group_size - 1, 1))
    slope = np.where(answered, slopes[groups].T, 0.0)
    common = slope @ slope.T
    rho = np.where(common > 0, centred @ centred.T / np.where(common > 0, common, 1.0), 0.0)
    weights = answered.astype(np.float64) @ answered.T.astype(np.float64)
    return GradedFit(_one_factor(rho, np.where(common > 0, weights, 0.0)), thresholds)


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
