"""What the door notices of an answer. It only takes notes: whatever it finds, the answer is stored."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import cast

from flask import current_app, request

from survey_app.instrument import answers, texts
from survey_app.instrument.screening import Signs, flags_of
from survey_app.web.respond.desk import Asked
from survey_app.web.respond.posted import Filled, Posted
from survey_app.web.respond.stamps import Stamp
from survey_app.web.respond.tallies import Tallies

# What one line, or one village behind one line, has in common.
IPV4_BITS, IPV6_BITS = 24, 48


def tallies() -> Tallies:
    """Return the application's own counts."""
    return cast("Tallies", current_app.extensions["door tallies"])


def noticed(
    asked: Asked, stamp: Stamp, posted: Posted, filled: Filled, at: datetime
) -> tuple[str, ...]:
    """The flags of an answer that is about to be stored; each answer is counted once."""
    if asked.screening is None:
        return ()
    checked = filled.checked
    counted = tallies()
    # A retry is the same answer: it finds what was counted, and adds nothing to it.
    look = counted.before if counted.count("key", posted.key) else counted.count
    where = (asked.wave_id, asked.unit_id, asked.place.audience)
    network, words = network_of(request.remote_addr), texts.text_key(checked.text or "")
    said = answers.canonical(checked.answers)
    signs = Signs(
        honeypot=posted.filled_hidden,
        from_network=look("network", where, network) if network else 0,
        seconds=at.timestamp() - 60 * stamp.minute,
        answered=len(checked.answers),
        ratings=_ratings(asked, filled),
        same_sheets=look("sheet", where, stamp.block, said),
        text=checked.text,
        same_texts=look("text", where, words) if words else 0,
    )
    return flags_of(asked.screening, signs)


def network_of(address: str | None) -> str:
    """The neighbourhood of an address; empty where it says nothing of who answers.

    On the way through a proxy of this machine that does not say for whom it asks, everybody would
    have one address.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return ""
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), IPV6_BITS), strict=False))
    return str(IPv4Network((int(found), IPV4_BITS), strict=False))


def _ratings(asked: Asked, filled: Filled) -> tuple[str, ...]:
    """The answers on the scale, without what is none ("don't know")."""
    return tuple(
        answer
        for item, answer in filled.checked.answers.items()
        if asked.questionnaire.items[item].kind == "rating" and answer.isdigit()
    )
