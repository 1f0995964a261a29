"""What a reader asks to see of a unit: which run, and which rows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from survey_app.instrument.definition import Framework
from survey_app.services.disclosure import ReleasedRow

ORDER_OF_AUDIENCES = ("residents", "businesses")


@dataclass(frozen=True, slots=True)
class Filters:
    """As they stand in the address; an empty word is "all".

    Without an audience each indicator has one row: of residents where they are asked, otherwise of
    businesses. Without a series it is that of the best evidence.
    """

    pillar: str = ""
    finding: str = ""
    audience: str = ""
    series: str = ""
    run: str = ""

    @property
    def run_id(self) -> int | None:
        return int(self.run) if self.run.isascii() and self.run.isdigit() else None

    @property
    def in_address(self) -> dict[str, str]:
        """Those that are set, to be kept by links and downloads."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value}

    @property
    def narrows(self) -> bool:
        return bool(self.pillar or self.finding or self.audience or self.series)


def read(arguments: Mapping[str, str]) -> Filters:
    return Filters(**{field.name: arguments.get(field.name, "") for field in fields(Filters)})


def chosen(
    rows: Sequence[ReleasedRow], filters: Filters, framework: Framework
) -> list[ReleasedRow]:
    """One row per indicator, in the framework's order, and only of the indicators asked for."""
    leading = _of_audience(rows, filters)
    return [
        leading[indicator.code]
        for indicator in framework.indicators
        if indicator.code in leading
        and filters.pillar in {"", indicator.pillar}
        and filters.finding in {"", leading[indicator.code].gap_class}
    ]


def _of_audience(rows: Sequence[ReleasedRow], filters: Filters) -> dict[str, ReleasedRow]:
    leading: dict[str, ReleasedRow] = {}
    for row in sorted(rows, key=_best_first):
        if filters.audience in {"", row.audience} and filters.series in {"", row.series}:
            leading.setdefault(row.indicator, row)
    return leading


def _best_first(row: ReleasedRow) -> tuple[bool, int, str]:
    return not row.headline, ORDER_OF_AUDIENCES.index(row.audience), row.evidence
