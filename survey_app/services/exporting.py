"""A frozen wave as a table that other programs read: codes as they are counted, nobody's words.

It is microdata, so it leaves only by a command on the server: pages show what disclosure allows.
"""

from typing import IO

from sqlalchemy.orm import Session

from survey_app.engine import dataset as files
from survey_app.errors import Refusal
from survey_app.models.campaigns import Wave
from survey_app.queries import runs
from survey_app.services.analysing import Workplace


def write_dataset(session: Session, wave: Wave, place: Workplace, sink: IO[bytes]) -> int:
    """The wave's dataset as CSV, row group by row group; returns the number of rows.

    Raises
    ------
    Refusal
        `not_analysed` before the first analysis; what `engine.dataset.checked_path` refuses.
    """
    frozen = runs.dataset_of_wave(session, wave.id)
    if frozen is None:
        raise Refusal("not_analysed", wave=wave.key)
    return files.write_csv(files.checked_path(place.folder, frozen.sha256), sink)
