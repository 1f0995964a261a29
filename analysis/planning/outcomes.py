"""What became of everybody who was drawn: the outcome rates of AAPOR."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import finite
from analysis.errors import BadInput
from analysis.scalars import real_number


@dataclass(frozen=True, slots=True)
class Dispositions:
    """
    Final dispositions, as counts of cases.

    Attributes
    ----------
    complete (I), partial (P) : interviews
    refusal (R) : refusals and break-offs
    noncontact (NC) : eligible, never reached
    other (O) : eligible, reached, no interview for other reasons (illness, language)
    unknown_household (UH) : not known whether there is an eligible household at all
    unknown_other (UO) : not known whether the person is eligible
    ineligible : not in the target population
    """

    complete: float = 0
    partial: float = 0
    refusal: float = 0
    noncontact: float = 0
    other: float = 0
    unknown_household: float = 0
    unknown_other: float = 0
    ineligible: float = 0

    def __post_init__(self) -> None:
        for each in fields(self):
            count = real_number(f"dispositions: {each.name}", getattr(self, each.name), 0)
            # Small integers of NumPy would overflow in the sums.
            object.__setattr__(self, each.name, count)

    @property
    def interviews(self) -> float:
        return self.complete + self.partial

    @property
    def known(self) -> float:
        """Cases known to be eligible."""
        return self.interviews + self.refusal + self.noncontact + self.other

    @property
    def unknown(self) -> float:
        return self.unknown_household + self.unknown_other


@dataclass(frozen=True, slots=True)
class OutcomeRates:
    """
    Rates between 0 and 1; NaN where nobody enters a rate.

    Attributes
    ----------
    e : share of the cases of unknown eligibility that is taken to be eligible
    response1 to response6, cooperation1 to 4, refusal1 to 3, contact1 to 3 : RR1 to CON3
    """

    e: float
    response1: float
    response2: float
    response3: float
    response4: float
    response5: float
    response6: float
    cooperation1: float
    cooperation2: float
    cooperation3: float
    cooperation4: float
    refusal1: float
    refusal2: float
    refusal3: float
    contact1: float
    contact2: float
    contact3: float


def outcome_rates(
    dispositions: Mapping[str, float] | Dispositions, e: float | None = None
) -> OutcomeRates:
    """
    Compute response, cooperation, refusal and contact rates.

    Only for drawn samples: an open link has no rate of response.

    Parameters
    ----------
    dispositions : counts (or sums of base weights) by the names of `Dispositions`
    e : None: the share of eligible cases among those whose eligibility is known (the proportional
        allocation of CASRO)

    Notes
    -----
    AAPOR, Standard Definitions (9th edition 2016; unchanged in the 10th, 2023).

    Examples
    --------
    >>> rates = outcome_rates({"complete": 40, "partial": 10, "refusal": 25, "noncontact": 15,
    ...                        "other": 5, "unknown_household": 5, "ineligible": 5})
    >>> rates.response1, rates.response2, rates.e
    (0.4, 0.5, 0.95)
    """
    found = _dispositions(dispositions)
    if found.known + found.unknown <= 0:
        raise BadInput("dispositions must hold a case that is or may be eligible")
    eligible = _eligible_share(found) if e is None else real_number("e", e, 0, 1)
    whole = found.known + found.unknown
    likely = found.known + eligible * found.unknown
    contacted = found.interviews + found.refusal + found.other
    asked = found.interviews + found.refusal
    return OutcomeRates(
        eligible,
        *(
            _rate(interviews, cases)
            for cases in (whole, likely, found.known)
            for interviews in (found.complete, found.interviews)
        ),
        *(
            _rate(interviews, cases)
            for cases in (contacted, asked)
            for interviews in (found.complete, found.interviews)
        ),
        *(_rate(found.refusal, cases) for cases in (whole, likely, found.known)),
        *(_rate(contacted, cases) for cases in (whole, likely, found.known)),
    )


def count_dispositions(codes: ArrayLike, weights: ArrayLike | None = None) -> Dispositions:
    """Count a list of dispositions, one per case, by name; with base weights, sum those."""
    labels = np.asarray(codes)
    if labels.ndim != 1:
        raise BadInput(f"codes must have one dimension, got shape {labels.shape}")
    mass = np.ones(labels.size) if weights is None else finite("weights", weights, labels.size)
    names = np.unique(labels).tolist()
    return _dispositions({name: float(mass[labels == name].sum()) for name in names})


def _dispositions(given: Mapping[str, float] | Dispositions) -> Dispositions:
    if isinstance(given, Dispositions):
        return given
    if not isinstance(given, Mapping):
        raise BadInput(f"dispositions must be counts by name, got {given!r}")
    unknown = list(set(given) - {each.name for each in fields(Dispositions)})
    if unknown:
        raise BadInput(f"dispositions: {unknown[0]!r} is none of the names of Dispositions")
    return Dispositions(**given)


def _eligible_share(found: Dispositions) -> float:
    # Nothing is known of anybody's eligibility: the most careful share is all.
    decided = found.known + found.ineligible
    return found.known / decided if decided else 1.0


def _rate(cases: float, of: float) -> float:
    return cases / of if of > 0 else nan
