"""Drawn people get a code each; what is stored says what a code opens, never whose it is.

Codes are made in memory and handed back once, for the printer. The database keeps keyed hashes
in an order that is theirs. Only `responding.submit` redeems a code, with the answer it lets in.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from analysis import disclosure
from survey_app.errors import Refusal
from survey_app.keys import Keys
from survey_app.models.campaigns import Wave
from survey_app.queries import campaigns, invitations
from survey_app.queries.invitations import Opened
from survey_app.services.invitation_codes import code_of, new_token, token_of

CHANNEL = "drawn"
# An answer keeps its stratum: whoever knows the letters of a smaller one could guess.
LEAST_LETTERS = 30
INVITING = ("registered", "open")


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a set of codes invites."""

    wave: Wave
    unit_id: int
    official_code: str
    audience: str


def place(
    session: Session, wave: Wave, official_code: str, audience: str, at: datetime
) -> Invited:
    """Where codes may be made for.

    Raises
    ------
    Refusal
        `wave_not_registered` before the registration; `wave_not_open` after the close;
        `channel_not_offered`; `unit_not_in_wave`; `audience_not_asked`.
    """
    if wave.state == "draft":
        raise Refusal("wave_not_registered", wave=wave.key)
    if wave.state not in INVITING or at >= wave.closes_at:
        raise Refusal("wave_not_open")
    if CHANNEL not in wave.channels:
        raise Refusal("channel_not_offered", channel=CHANNEL)
    found = campaigns.wave_unit(session, wave.key, official_code)
    if found is None:
        raise Refusal("unit_not_in_wave")
    if campaigns.questionnaire_of(session, wave.id, audience) is None:
        raise Refusal("audience_not_asked")
    return Invited(wave, found.unit_id, official_code, audience)


def invite(
    session: Session,
    invited: Invited,
    strata: Sequence[str],
    keys: Keys,
    *,
    another_round: bool = False,
) -> list[str]:
    """A new code for each person, in the order of `strata`, which are theirs.

    Nobody is known by a code, so whoever gets a second one could answer twice: codes are made
    once for a place unless `another_round` says that these are other people.

    Raises
    ------
    Refusal
        `already_invited` when the place has codes and this is not said to be another round;
        `stratum_too_small` when a stratum gets fewer letters than `LEAST_LETTERS`.
    """
    if not another_round and invitations.any_for(
        session, invited.wave.id, invited.unit_id, invited.audience
    ):
        raise Refusal("already_invited", wave=invited.wave.key, unit=invited.official_code)
    few = [(name, n) for name, n in sorted(Counter(strata).items()) if n < LEAST_LETTERS]
    if few or not strata:
        said = ", ".join(f"{name or '–'} ({n})" for name, n in few)
        raise Refusal("stratum_too_small", strata=said, least=LEAST_LETTERS)
    tokens = [new_token() for _ in strata]
    rows = [
        {
            "token_mac": mac(token, invited.wave.id, keys),
            "wave_id": invited.wave.id,
            "unit_id": invited.unit_id,
            "audience": invited.audience,
            "stratum": stratum,
            "spent": False,
        }
        for token, stratum in zip(tokens, strata, strict=True)
    ]
    # The order of keyed hashes is random to everybody without the key, and no order of letters.
    invitations.add(session, sorted(rows, key=lambda row: str(row["token_mac"])))
    return [code_of(token) for token in tokens]


def mac(token: bytes, wave_id: int, keys: Keys) -> str:
    """All that is stored of a token; each wave has its own pepper."""
    pepper = keys.of(f"invitation of wave {wave_id}")
    return hmac.new(pepper, token, hashlib.sha256).hexdigest()


def opened_by(session: Session, typed: str, keys: Keys) -> Opened:
    """What a code opens.

    Nobody is slowed down: of 2^128 codes a guess meets one of a million never.

    Raises
    ------
    Refusal
        `invitation_incomplete`, `invitation_mistyped`, `invitation_unknown`.
    """
    token = token_of(typed)
    waves = invitations.waves_with_invitations(session)
    found = invitations.opened_by(session, [mac(token, each, keys) for each in waves])
    if found is None:
        raise Refusal("invitation_unknown")
    return found


def demand_opens(
    session: Session, typed: str | None, where: tuple[int, int, str], keys: Keys
) -> Opened:
    """The invitation to this form (wave, unit, audience), used or not.

    Raises
    ------
    Refusal
        as `opened_by`; `invitation_missing`, `invitation_for_another_form`.
    """
    if not typed:
        raise Refusal("invitation_missing")
    found = opened_by(session, typed, keys)
    if (found.wave_id, found.unit_id, found.audience) != where:
        raise Refusal("invitation_for_another_form")
    return found


def issued(session: Session, wave: Wave) -> dict[tuple[str, str], int]:
    """Letters by unit and audience in steps of five; how many were used is `counting`'s to say."""
    return {
        (row.official_code, row.audience): int(disclosure.rounded(row.issued))
        for row in invitations.issued(session, wave.id)
    }
