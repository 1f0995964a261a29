"""How much is done: little in `make test`, all that is promised in `make faults`."""

import os

IS_LONG = os.environ.get("SURVEY_FAULTS") == "long"


def size(short: int, long: int) -> int:
    return long if IS_LONG else short
