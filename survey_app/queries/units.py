"""Units on a day, each with its province as it was on that day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from survey_app.models.units import Unit, UnitSuccession

UnitAndProvince = tuple[Unit, Unit | None]

_Parent = aliased(Unit)
_Grandparent = aliased(Unit)
_Province = aliased(Unit)


def _valid(unit: type[Unit], on: date) -> ColumnElement[bool]:
    return and_(unit.valid_from <= on, or_(unit.valid_to.is_(None), unit.valid_to > on))


def _on(day: date) -> Select[Unit, Unit]:
    # By code, not by id: a province that becomes a city keeps its code and gets a new row.
    province_code = func.coalesce(_Grandparent.official_code, _Parent.official_code)
    return (
        select(Unit, _Province)
        .outerjoin(_Parent, _Parent.id == Unit.parent_id)
        .outerjoin(_Grandparent, _Grandparent.id == _Parent.parent_id)
        .outerjoin(
            _Province,
            and_(
                _Province.level == "province",
                _Province.official_code == province_code,
                _valid(_Province, day),
            ),
        )
        .where(_valid(Unit, day))
    )


def _rank(text: str) -> ColumnElement[int]:
    """0 the whole name (or name and province), 1 its beginning, 2 a word's beginning, 3 within."""
    names = [Unit.search_key, Unit.search_name]
    places = [
        name + " " + province
        for name in names
        for province in (_Province.search_key, _Province.search_name)
    ]
    return case(
        (or_(*(written == text for written in (*names, *places))), 0),
        (or_(*(written.startswith(text) for written in (*names, *places))), 1),
        (Unit.search_name.contains(" " + text), 2),
        (Unit.search_name.contains(text), 3),
    )


def named(
    session: Session, text: str, *, on: date, level: str | None, limit: int
) -> Sequence[UnitAndProvince]:
    """`text` is a `vietnamese.search_key`: it holds nothing that LIKE would take for a wildcard."""
    rank = _rank(text)
    found = _on(on).where(rank.is_not(None))
    if level:
        found = found.where(Unit.level == level)
    found = found.order_by(rank, Unit.sort_key, Unit.official_code).limit(limit)
    return [(unit, province) for unit, province in session.execute(found)]


def by_code(session: Session, code: str, *, on: date) -> UnitAndProvince | None:
    row = session.execute(_on(on).where(Unit.official_code == code)).one_or_none()
    return (row[0], row[1]) if row else None


def by_codes(session: Session, codes: Sequence[str], *, on: date) -> Sequence[Unit]:
    return session.scalars(
        select(Unit).where(Unit.official_code.in_(codes), _valid(Unit, on))
    ).all()


def children(session: Session, code: str, *, on: date) -> Sequence[UnitAndProvince]:
    found = (
        _on(on).where(_Parent.official_code == code).order_by(Unit.sort_key, Unit.official_code)
    )
    return [(unit, province) for unit, province in session.execute(found)]


def every(session: Session) -> Sequence[Unit]:
    """All units of all times."""
    return session.scalars(select(Unit)).all()


def every_succession(session: Session) -> Sequence[UnitSuccession]:
    return session.scalars(select(UnitSuccession)).all()
