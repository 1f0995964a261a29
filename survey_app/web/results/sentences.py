"""What may be said of the results, in whole sentences: on pages, and by an official in public.

Sentences name the answers that came in, never a cause: a gap is a question, not a verdict.
"""

from collections.abc import Sequence

from survey_app.instrument.definition import Framework
from survey_app.services import results
from survey_app.services.disclosure import ReleasedRow
from survey_app.services.results import Results
from survey_app.web import words
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, ngettext
from survey_app.web.words import points, whole

NAMED = 3
AT_THE_SAME_HEIGHT = 0.5  # points


def scale_difference(found: Results) -> str:
    """The difference of the two scales, which has to be said before any single gap."""
    gap = found.median_gap
    if gap is None:
        return _("There is nothing yet that the self-scores could be compared with.")
    if found.is_open:
        return _among_those_who_came(gap)
    if abs(gap) < AT_THE_SAME_HEIGHT:
        return _(
            "Over all units and indicators of this wave, the self-score and the average answer"
            " typically lie at the same height (median gap)."
        )
    if gap > 0:
        return _(
            "Over all units and indicators of this wave, the self-score typically lies %(size)s"
            " points above the average answer (median gap).",
            size=whole(abs(gap)),
        )
    return _(
        "Over all units and indicators of this wave, the self-score typically lies %(size)s points"
        " below the average answer (median gap).",
        size=whole(abs(gap)),
    )


def _among_those_who_came(gap: float) -> str:
    if gap > 0:
        return _(
            "Among those who chose to answer, the self-score typically lies %(size)s points above"
            " the average answer (median gap over all units and indicators).",
            size=whole(abs(gap)),
        )
    return _(
        "Among those who chose to answer, the self-score typically lies %(size)s points below the"
        " average answer (median gap over all units and indicators).",
        size=whole(abs(gap)),
    )


def what_the_difference_is() -> str:
    return _(
        "Part of this comes from the two scales: officials score against criteria, people say how"
        " things are for them. So read first which indicators differ more than others."
    )


def findings(rows: Sequence[ReleasedRow], framework: Framework) -> list[str]:
    """What stands out, what people rate higher, and what is left open."""
    names: dict[str, list[str]] = {}
    for row in results.by_importance(rows):
        short = framework.indicator_by_code[row.indicator].short.in_(language())
        names.setdefault(row.gap_class, []).append(short)
    said = [
        _self_higher(names.get("self_higher", [])),
        _perception_higher(names.get("perception_higher", [])),
        _signals(names.get("signal_below", []), names.get("signal_above", [])),
        _uncertain(len(names.get("uncertain", []))),
    ]
    return [sentence for sentence in said if sentence]


def in_numbers(row: ReleasedRow) -> str:
    """The gap in one sentence, with its interval where there is one."""
    if row.gap is None:
        return words.meaning(row.gap_class)
    if row.is_colour:
        return _beside_colour(row)
    interval = row.gap_interval
    if interval is None:
        return _without_interval(row.gap)
    return _with_interval(row.gap, *interval)


def in_public(row: ReleasedRow, margin: float) -> str:
    """The second sentence: what the class allows to say, and nothing more."""
    by_class = {
        "self_higher": _(
            "That is more than the %(margin)s points which are regarded as a material difference,"
            " and chance alone is an unlikely explanation.",
            margin=points(margin),
        ),
        "perception_higher": _(
            "People see more than the self-score credits, by more than the %(margin)s points which"
            " are regarded as a material difference.",
            margin=points(margin),
        ),
        "aligned": _(
            "Any difference lies within the %(margin)s points which are not regarded as material.",
            margin=points(margin),
        ),
    }
    if row.evidence == "C" and row.n is not None:
        return _(
            "This speaks for the people who chose to answer (about %(n)s), not for everybody.",
            n=words.people(row.n),
        )
    return by_class.get(row.gap_class, words.meaning(row.gap_class) if row.gap is not None else "")


def provisional() -> str:
    return _(
        "All findings are provisional: experts have not yet declared that the self-scores and the"
        " answers may be compared point by point. Until then the relative gap leads: how far an"
        " indicator stands out from the others."
    )


def _self_higher(names: list[str]) -> str:
    if not names:
        return ""
    return ngettext(
        "On %(num)s indicator the self-score is clearly higher than what people say: %(names)s.",
        "On %(num)s indicators the self-score is clearly higher than what people say, above all:"
        " %(names)s.",
        len(names),
        names=words.listed(names[:NAMED]),
    )


def _perception_higher(names: list[str]) -> str:
    if not names:
        return ""
    return ngettext(
        "On %(num)s indicator people say clearly better than the self-score: %(names)s.",
        "On %(num)s indicators people say clearly better than the self-score, above all:"
        " %(names)s.",
        len(names),
        names=words.listed(names[:NAMED]),
    )


def _signals(below: list[str], above: list[str]) -> str:
    if not below and not above:
        return ""
    return _(
        "Of those who chose to answer: lower than the self-score on %(below)s indicators, higher on"
        " %(above)s. These are signals, not conclusions about everybody.",
        below=len(below),
        above=len(above),
    )


def _uncertain(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "On %(num)s indicator there are not enough answers to tell; this does not mean agreement.",
        "On %(num)s indicators there are not enough answers to tell; this does not mean"
        " agreement.",
        count,
    )


def _without_interval(gap: float) -> str:
    size = whole(abs(gap))
    if gap > 0:
        return _(
            "Among those who answered, the average answer lies %(size)s points below the"
            " self-score.",
            size=size,
        )
    return _(
        "Among those who answered, the average answer lies %(size)s points above the self-score.",
        size=size,
    )


def _with_interval(gap: float, low: float, high: float) -> str:
    nearer, farther = sorted((abs(low), abs(high)))
    figures = {"size": whole(abs(gap)), "low": whole(nearer), "high": whole(farther)}
    if low > 0:
        return _(
            "The self-score lies %(size)s points above the average answer (95%% interval: %(low)s"
            " to %(high)s points).",
            **figures,
        )
    if high < 0:
        return _(
            "The self-score lies %(size)s points below the average answer (95%% interval: %(low)s"
            " to %(high)s points).",
            **figures,
        )
    return _(
        "The self-score and the average answer are %(size)s points apart (95%% interval: from the"
        " self-score %(below)s points lower to %(above)s points higher).",
        size=whole(abs(gap)),
        below=whole(abs(low)),
        above=whole(high),
    )


def _beside_colour(row: ReleasedRow) -> str:
    gap = row.gap or 0.0
    figures = {
        "mean": whole(row.mean or 0.0),
        "colour": words.short_colour(row.self_colour).lower(),
        "low": whole(row.self_low or 0.0),
        "high": whole(row.self_high or 0.0),
        "size": whole(abs(gap)),
    }
    if abs(gap) < AT_THE_SAME_HEIGHT:
        return _(
            "The average answer, %(mean)s, lies within the range of %(colour)s (%(low)s to"
            " %(high)s).",
            **figures,
        )
    if gap > 0:
        return _(
            "The average answer, %(mean)s, lies %(size)s points below the range of %(colour)s"
            " (%(low)s to %(high)s).",
            **figures,
        )
    return _(
        "The average answer, %(mean)s, lies %(size)s points above the range of %(colour)s (%(low)s"
        " to %(high)s).",
        **figures,
    )
