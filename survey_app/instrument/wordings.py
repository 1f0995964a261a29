"""Every wording inside a definition, and where it stands."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from survey_app.instrument.definition import Indicator, Item, Pillar, Scale, Text, Topic


def texts_of(value: object, item: str = "", trail: str = "") -> Iterator[tuple[str, str, Text]]:
    """Every wording inside a definition as (nearest id or code, where under it, text)."""
    if isinstance(value, Text):
        yield item, trail, value
    elif isinstance(value, BaseModel):
        name = _name(value)
        item, trail = (name, "") if name else (item, trail)
        for field in type(value).model_fields:
            yield from texts_of(getattr(value, field), item, f"{trail} {field}".strip())
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_of(inner, item, f"{trail} {key}")
    elif isinstance(value, tuple):
        for position, inner in enumerate(value, start=1):
            yield from texts_of(inner, item, f"{trail} {position}")


def _name(value: BaseModel) -> str:
    match value:
        case Item(id=name) | Scale(id=name) | Indicator(code=name) | Pillar(code=name):
            return name
        case Topic(indicator=name):
            return name
        case _:
            return ""
