"""The blended score in words: what it rests on, and how much of it is assumed."""

from dataclasses import dataclass

from survey_app.services.disclosure import ReleasedRow
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import percent
from survey_app.web.words import points


@dataclass(frozen=True, slots=True)
class Share:
    source: str
    share: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Blend:
    score: str
    shares: tuple[Share, ...]
    assumed: str  # empty where the components are estimated


def blend(row: ReleasedRow) -> Blend | None:
    if row.blended is None:
        return None
    own = (
        (_("This self-score"), row.share_self),
        (_("The answers of people"), row.share_residents),
        (_("Reference scores (audits)"), row.share_reference),
    )
    shares = tuple(Share(source, percent(share), _moves(share)) for source, share in own if share)
    pattern = Share(
        _("The pattern of this unit and its peers"),
        percent(row.share_pattern),
        _("What the other indicators and units let one expect."),
    )
    return Blend(points(row.blended), (*shares, pattern), _assumed(row))


def _assumed(row: ReleasedRow) -> str:
    if not row.blend_assumed or row.blended_low is None or row.blended_high is None:
        return ""
    return _(
        "Assumed: too few units take part to estimate how much each source is worth, so declared"
        " defaults are used. If people's answers counted for 20%% to 60%% and the self-score for"
        " the rest, the score would lie between %(low)s and %(high)s.",
        low=points(row.blended_low),
        high=points(row.blended_high),
    )


def _moves(share: float) -> str:
    return _("10 points more here move the blended score by %(by)s.", by=points(10 * share))
