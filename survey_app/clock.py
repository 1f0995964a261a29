"""The only clock. Moments are aware UTC; people read them in Viet Nam's time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(UTC)
