"""Which items a person meets, computed from the answers each time and never stored.

The browser applies the same rule to the same data (`conditions_json`): an item is met when it has
no condition, or when its `all` (or `any`) clauses hold; a clause holds when the answer of a met
item is one of those listed, "" being a blank one. Conditions only look back, so one pass in order is
enough.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from survey_app.instrument.definition import Condition, Item

BLANK: Final = ""


def path(items: Iterable[Item], answers: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the items met, in order; answers of items that are not met count for nothing."""
    met: dict[str, str] = {}
    for item in items:
        if item.show_if is None or _holds(item.show_if, met):
            met[item.id] = answers.get(item.id, BLANK)
    return tuple(met)


def _holds(condition: Condition, met: Mapping[str, str]) -> bool:
    hits = (met.get(clause.item) in clause.answers for clause in condition.clauses)
    return all(hits) if condition.all else any(hits)


def conditions_json(items: Iterable[Item]) -> str:
    """Item id -> condition, as in the file; safe inside a `<script type="application/json">`."""
    conditions = {item.id: _as_data(item.show_if) for item in items if item.show_if is not None}
    text = json.dumps(conditions, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _as_data(condition: Condition) -> dict[str, list[dict[str, object]]]:
    kind = "all" if condition.all else "any"
    return {
        kind: [{"item": clause.item, "in": list(clause.answers)} for clause in condition.clauses]
    }
