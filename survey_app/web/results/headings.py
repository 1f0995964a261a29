"""What stands on top of every page of results: the place, the wave, whose data these are."""

from dataclasses import dataclass

from survey_app.models.campaigns import Wave, WaveUnit
from survey_app.services import units
from survey_app.web.i18n import language


@dataclass(frozen=True, slots=True)
class Heading:
    """`unit` stands at the start of a line, `unit_inside` inside a sentence."""

    campaign: str
    is_demonstration: bool
    wave: str = ""
    wave_key: str = ""
    unit: str = ""
    unit_inside: str = ""
    unit_code: str = ""


def heading(wave: Wave, place: WaveUnit | None = None) -> Heading:
    return Heading(
        wave=wave.title(language()),
        wave_key=wave.key,
        campaign=wave.campaign.title(language()),
        is_demonstration=wave.campaign.is_demonstration,
        unit=unit_name(place) if place else "",
        unit_inside=units.name_in_sentence(place.unit, language()) if place else "",
        unit_code=place.official_code if place else "",
    )


def unit_name(place: WaveUnit) -> str:
    return units.name_alone(place.unit, language())


def in_order(wave: Wave) -> list[WaveUnit]:
    """The units of a wave in Vietnamese alphabetical order: never ranked by a figure."""
    return sorted(wave.units, key=lambda place: place.unit.sort_key)
