"""The stamp of an answer form: what it was made for, signed, so that nothing need be remembered.

It says the same for everybody who loads the page in that minute, so it tells nobody apart.
"""

from dataclasses import astuple, dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from survey_app.keys import Keys

OPEN = "open"
TRIAL = "trial"  # no door of any wave: what has this stamp is never an answer
# What a printed code may say. A collector's answers also need the collector's name, which no
# public address carries, and a drawn person's an invitation.
PRINTED = ("open", "counter")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is answered: the parts of its address."""

    wave: str
    unit: str
    audience: str


@dataclass(frozen=True, slots=True)
class Stamp:
    place: Place
    questionnaire: str  # "residents/v1"
    language: str
    block: int
    minute: int  # since 1970
    channel: str


def sign(stamp: Stamp, keys: Keys) -> str:
    return _serializer(keys, "form").dumps(astuple(stamp))


def read(text: str, keys: Keys) -> Stamp | None:
    """None when it is not one of ours, unchanged."""
    try:
        place, *rest = _serializer(keys, "form").loads(text)
    except BadSignature:
        return None
    return Stamp(Place(*place), *rest)


def sign_channel(channel: str, place: Place, keys: Keys) -> str:
    """The `?channel=` of a printed QR code: only we can make one, and only for this address."""
    if channel not in PRINTED:
        raise ValueError(channel)
    return _serializer(keys, "channel").dumps([channel, *astuple(place)])


def channel_of(signed: str | None, place: Place, keys: Keys) -> str:
    """Without a signed channel, or with one for another address, the form is an open one."""
    if not signed:
        return OPEN
    try:
        channel, *where = _serializer(keys, "channel").loads(signed)
    except BadSignature:
        return OPEN
    return str(channel) if Place(*where) == place else OPEN


def sign_trial(place: Place, keys: Keys) -> str:
    """The address of a trial: only we can make one, so nobody comes there by accident."""
    return _serializer(keys, TRIAL).dumps(astuple(place))


def trial_place(signed: str, keys: Keys) -> Place | None:
    try:
        return Place(*_serializer(keys, TRIAL).loads(signed))
    except BadSignature:
        return None


def _serializer(keys: Keys, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys.of("stamp"), salt=salt)
