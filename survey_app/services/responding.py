"""One door behind every door: page, collector, paper or command hand over a `Sheet`."""

import hashlib
import hmac
import json
from base64 import b32encode
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.clock import VIET_NAM
from survey_app.errors import Refusal
from survey_app.keys import Keys
from survey_app.models.campaigns import Wave
from survey_app.models.units import Unit
from survey_app.queries import campaigns, incoming, invitations, responses
from survey_app.queries.incoming import HeldWave
from survey_app.services import inviting

COLLECTED = ("assisted", "paper", "phone")  # answers that somebody brought in
RECEIPT_BYTES = 10  # 80 bits: 16 characters that a person can copy by hand


@dataclass(frozen=True, slots=True)
class Fielded:
    """What stands behind an address that people answer at."""

    wave: Wave
    unit: Unit
    official_code: str
    audience: str
    questionnaire: str
    version: str
    sha256: str | None  # of the file, once the wave is registered


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checked answer sheet. `answers` are codes; no word, no time and no person in it."""

    wave_id: int
    unit_id: int
    audience: str
    channel: str
    questionnaire: str  # "residents/v1"
    language: str
    block: int
    answers: dict[str, str]
    text: str | None
    helped: bool
    duration_class: str
    stratum: str = ""
    cluster: str = ""
    weighting_class: str = ""
    flags: tuple[str, ...] = ()  # what the door noticed, sorted; says nothing of who or where

    @property
    def content_sha256(self) -> str:
        """Of what was said and where; language, time taken and the door may differ in a retry."""
        where = [self.wave_id, self.unit_id, self.audience, self.questionnaire, self.block]
        said = json.dumps([where, self.answers, self.text, self.helped], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


_OWN_COLUMNS = tuple(each.name for each in fields(Sheet) if each.name not in {"text", "flags"})


def fielded(session: Session, wave_key: str, official_code: str, audience: str) -> Fielded | None:
    wave = campaigns.wave_alone(session, wave_key)
    place = campaigns.wave_unit(session, wave_key, official_code)
    if wave is None or place is None:
        return None
    asked = campaigns.questionnaire_of(session, wave.id, audience)
    if asked is None:
        return None
    return Fielded(
        wave=wave,
        unit=place.unit,
        official_code=official_code,
        audience=audience,
        questionnaire=asked.questionnaire,
        version=asked.version,
        sha256=asked.sha256,
    )


def takes_answers(wave: Wave | HeldWave, at: datetime) -> bool:
    return wave.state == "open" and wave.opens_at <= at < wave.closes_at


def receipt_code(key: str, keys: Keys) -> str:
    """The same key always gets the same receipt, and only this instance can make it."""
    mac = hmac.new(keys.of("receipt"), key.encode(), hashlib.sha256).digest()
    return b32encode(mac[:RECEIPT_BYTES]).decode()


def submit(
    session: Session,
    sheet: Sheet,
    key: str,
    keys: Keys,
    at: datetime,
    *,
    invitation: str | None = None,
) -> str:
    """Store the sheet once, whatever the number of tries, and return its receipt code.

    Raises
    ------
    Refusal
        `wave_not_open`; `channel_not_offered`; `collector_missing`; `key_used_otherwise` when the
        key came with other answers before; what `inviting.opened_by` refuses,
        `invitation_missing`, `invitation_for_another_form` and `invitation_spent`.
    """
    wave = incoming.hold_wave(session, sheet.wave_id)  # no flush and no close from here on
    code = receipt_code(key, keys)
    if incoming.is_receipt(session, code):
        return code  # a retry after the flush
    stored = incoming.content_in_inbox(session, key)
    if stored is None:
        _demand_welcome(sheet, wave, at)
        redeemed = None
        if sheet.channel == inviting.CHANNEL:
            redeemed = inviting.demand_opens(session, invitation, _where(sheet), keys)
            sheet = replace(sheet, stratum=redeemed.stratum)
        if incoming.put_in_inbox(session, _columns(sheet, key, code, at)):
            # After the answer: of two with one code and one key the second has its receipt above.
            if redeemed is not None and not invitations.spend(session, redeemed.token_mac):
                raise Refusal("invitation_spent")  # nothing of this transaction stays
            place = (sheet.wave_id, sheet.unit_id, sheet.audience, sheet.channel)
            incoming.count_up(session, place, at.astimezone(VIET_NAM).date())
            return code
        stored = incoming.content_in_inbox(session, key)  # another request was a moment faster
    if stored != sheet.content_sha256:
        raise Refusal("key_used_otherwise")
    return code


def _demand_welcome(sheet: Sheet, wave: HeldWave | None, at: datetime) -> None:
    if wave is None or not takes_answers(wave, at):
        raise Refusal("wave_not_open")
    if sheet.channel not in wave.channels:
        raise Refusal("channel_not_offered", channel=sheet.channel)
    if sheet.channel in COLLECTED and not sheet.cluster.strip():
        raise Refusal("collector_missing")  # without it their likeness could not be estimated


def _where(sheet: Sheet) -> tuple[int, int, str]:
    return sheet.wave_id, sheet.unit_id, sheet.audience


def receipt_known(session: Session, code: str) -> bool:
    """Whether an answer with this receipt is stored, flushed or not."""
    return incoming.is_receipt(session, code) or responses.in_inbox(session, code)


def _columns(sheet: Sheet, key: str, code: str, at: datetime) -> dict[str, object]:
    columns = {name: getattr(sheet, name) for name in _OWN_COLUMNS}
    return columns | {
        "flags": ",".join(sheet.flags),
        "submission_key": key,
        "receipt_code": code,
        "content_sha256": sheet.content_sha256,
        "open_text": sheet.text,
        "received_at": at,
    }
