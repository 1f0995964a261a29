"""Words for the codes of waves: who is asked, and through which doors."""

from collections.abc import Callable

from survey_app.web.i18n import gettext as _
from survey_app.web.i18n import number

AUDIENCES: dict[str, Callable[[], str]] = {
    "residents": lambda: _("Residents"),
    "businesses": lambda: _("Businesses"),
}
CHANNELS: dict[str, Callable[[], str]] = {
    "drawn": lambda: _("Drawn sample, by invitation"),
    "open": lambda: _("Open link or QR code"),
    "counter": lambda: _("QR code at the one-stop counter"),
    "assisted": lambda: _("Interview by a collector"),
    "paper": lambda: _("Paper form"),
    "phone": lambda: _("Phone call"),
}
# What the pages can take answers from without anything else being set up.
OFFERED_CHANNELS = ("open", "counter")
# And by letters, which a command makes (docs/mailing_officer.md).
PLANNED_CHANNELS = (*OFFERED_CHANNELS, "drawn")


def answers_in_steps(answers: int | None) -> str:
    """A count of a board, to the nearest step."""
    if answers is None:
        return _("not shown")
    return _("about %(answers)s", answers=number(answers))
