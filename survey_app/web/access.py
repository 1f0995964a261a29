"""Who may open which page. Every view declares it; one that does not is refused to everybody.

`@public` is for everyone and touches no cookie. `@requires("permission")` is for members who hold
one of the permission's roles somewhere; where they hold it is asked by `demand(permission, unit)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar, cast

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from survey_app import clock
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.models.staff import ROLES, StaffMember
from survey_app.models.units import Unit
from survey_app.services import people, signing_in
from survey_app.services.people import Reach
from survey_app.web.current import instance
from survey_app.web.hosts import is_loopback_name

PERMISSIONS: dict[str, tuple[str, ...]] = {
    "office.enter": ROLES,
    "waves.manage": ("official", "administrator"),
    "waves.read": ROLES,
    "questionnaires.read": ("official", "expert", "administrator"),
    "scores.edit": ("assessor",),
    "scores.seal": ("assessor", "official"),
    # Beside this, `people.may_see_perception` is asked for each wave and unit.
    "gaps.read": ("official", "expert"),
    "actions.read": ("official", "expert"),
    "actions.edit": ("official",),
    "actions.verify": ("official", "expert"),  # never whoever was responsible: services/acting.py
    "actions.decide": ("expert",),  # for the council, until it has a role of its own
    "calibration.read": ("expert", "official"),
    "calibration.edit": ("expert",),
    "margins.edit": ("official", "administrator"),
    "people.manage": ("administrator",),
    "audit.read": ("administrator",),
}
PUBLIC = "public"
# The application's own addresses, which have no view of ours or hold nothing of anybody.
WITHOUT_DECLARATION = {"static", "root", "health"}
SESSION_KEY = "id"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of this request, and how far each permission has been found to reach."""

    member: StaffMember
    session_id: str
    reaches: dict[str, Reach]


def public(view: View) -> View:
    """Declare a page for everybody: no sign-in, no cookie."""
    return _declare(view, PUBLIC)


def requires(permission: str) -> Callable[[View], View]:
    """Declare a page for members who hold the permission in some unit."""
    if permission not in PERMISSIONS:
        raise KeyError(f"no permission is called {permission!r}")
    return lambda view: _declare(view, permission)


def at_the_door(view: View) -> View:
    """Declare an office page that is there without being signed in: to sign in, and to sign out."""
    return _declare(view, "door")


def declaration_of(app: Flask, endpoint: str) -> str | None:
    """What the view of the endpoint declares; None if it has forgotten to."""
    if endpoint in WITHOUT_DECLARATION:
        return PUBLIC
    declared: str | None = getattr(app.view_functions[endpoint], "permission", None)
    return declared


def current_member() -> StaffMember:
    """Who is signed in. On a page that is open to others too, ask `signed_in()`."""
    found = signed_in()
    if found is None:
        raise Refusal("sign_in_needed")
    return found.member


def signed_in() -> SignedIn | None:
    return cast("SignedIn | None", g.get("signed_in"))


def may(permission: str) -> bool:
    """Whether the permission is held anywhere: for menus."""
    found = signed_in()
    return found is not None and _holds(found.member, permission)


def reach(permission: str) -> Reach:
    """Where the current member holds the permission: `unit.id in reach("waves.manage")`."""
    found = signed_in()
    if found is None:
        return Reach(everywhere=False, unit_ids=frozenset())
    if permission not in found.reaches:
        with reading(instance().engine) as database:
            found.reaches[permission] = people.reach(
                database, found.member, PERMISSIONS[permission]
            )
    return found.reaches[permission]


def covers(permission: str, unit: Unit | None) -> bool:
    """Whether the permission is held in the unit or above it; None is the whole instance."""
    return (unit.id if unit else None) in reach(permission)


def demand(permission: str, unit: Unit | None) -> None:
    if not covers(permission, unit):
        raise Refusal("not_permitted")


def from_loopback() -> bool:
    """Whether the request was made on this machine, as far as the connection itself tells.

    A forwarding header proves nothing, but shows that a proxy speaks for somebody else; so does a
    public name, which whoever only passes bytes on leaves as it is.
    """
    forwarded = {"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} & set(request.headers.keys())
    address = request.remote_addr or ""
    if forwarded or not address or not is_loopback_name(request.host):
        return False
    return ip_address(address).is_loopback


def remember(session_id: str) -> None:
    """Put a new session id into the browser; nothing of what it held before stays."""
    session.clear()
    session[SESSION_KEY] = session_id


def forget() -> None:
    session.clear()
    g.pop("signed_in", None)


def install(app: Flask) -> None:
    # With https the prefix makes browsers refuse a cookie of that name set by a neighbour host.
    secure = app.config["SESSION_COOKIE_SECURE"]
    app.config["SESSION_COOKIE_NAME"] = "__Host-office" if secure else "office"
    app.before_request(_guard)
    app.jinja_env.globals.update(may=may, signed_in=signed_in)


def _guard() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such address: the router answers 404
    declared = declaration_of(current_app, endpoint)
    if declared is None:
        raise RuntimeError(f"the view {endpoint!r} declares no permission")
    if declared == PUBLIC:
        return None
    g.signed_in = found = _load()
    if declared == "door":
        return None
    if found is None:
        return _to_sign_in(endpoint)
    if not _holds(found.member, declared):
        raise Refusal("not_permitted")
    if found.member.must_change_password and endpoint != "office.own_password":
        return redirect(url_for("office.own_password"), 303)
    return None


def _load() -> SignedIn | None:
    session_id = session.get(SESSION_KEY)
    if not isinstance(session_id, str):
        return None
    at = clock.now()
    with reading(instance().engine) as database:
        found = signing_in.live_session(database, session_id, at)
    if found is None or (found.member.loopback_only and not from_loopback()):
        session.clear()
        return None
    if signing_in.needs_touch(found, at):
        with transaction(instance().engine) as database:
            signing_in.touch(database, session_id, at)
    return SignedIn(member=found.member, session_id=session_id, reaches={})


def _to_sign_in(endpoint: str) -> ResponseReturnValue:
    """Lead to the door and name the page wanted; what was posted is not carried through it."""
    if request.method not in {"GET", "HEAD"}:
        raise Refusal("sign_in_needed")
    wanted = {**(request.view_args or {}), "next": endpoint}
    return redirect(url_for("office.sign_in", **wanted))


def _holds(member: StaffMember, permission: str) -> bool:
    return any(grant.role in PERMISSIONS[permission] for grant in member.grants)


def _declare(view: View, permission: str) -> View:
    view.permission = permission  # type: ignore[attr-defined]  # read by declaration_of
    return view
