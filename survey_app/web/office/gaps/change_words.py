"""How an indicator moved since the wave before, in a sentence that may be repeated."""

from collections.abc import Callable

from survey_app.services.changing import NOT_MATERIAL, Change
from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import language, number, signed

SENTENCES: dict[str, Callable[[], str]] = {
    "rise": lambda: _(
        "The average answer has risen since %(wave)s, by more than chance explains."
    ),
    "fall": lambda: _(
        "The average answer has fallen since %(wave)s, by more than chance explains."
    ),
    "slight_rise": lambda: _(
        "The average answer has risen a little since %(wave)s, by less than %(margin)s points:"
        " too little to matter."
    ),
    "slight_fall": lambda: _(
        "The average answer has fallen a little since %(wave)s, by less than %(margin)s points:"
        " too little to matter."
    ),
    "no_material_change": lambda: _(
        "Since %(wave)s the average answer has moved by less than %(margin)s points: no material"
        " change."
    ),
    "uncertain": lambda: _(
        "There are not enough answers to tell whether the average answer has changed since"
        " %(wave)s. That does not mean that nothing has changed."
    ),
    "not_comparable": lambda: _(
        "In %(wave)s people were asked in another way or with other words, so nothing can be said"
        " about a change."
    ),
}


def change_sentences(change: Change | None) -> tuple[str, ...]:
    """What may be said, and the figures behind it; nothing where there is no earlier wave."""
    if change is None or change.kind not in SENTENCES:
        return ()
    wave = change.earlier.title(language())
    said = SENTENCES[change.kind]() % {"wave": wave, "margin": number(NOT_MATERIAL)}
    if change.points is None:
        return (said,)
    figures = _(
        "Difference: %(points)s points (95%% interval: %(low)s to %(high)s).",
        points=signed(change.points),
        low=signed(change.low),
        high=signed(change.high),
    )
    return said, figures
