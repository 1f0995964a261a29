"""Recorded questions: `questionnaires/audio/<questionnaire>/<version>/<language>/<item>.mp3`.

None is shipped. A file that is there is offered with its question, and loaded when it is played.
"""

from flask import Response, abort, send_from_directory, url_for

from survey_app.config import QUESTIONNAIRES
from survey_app.instrument.definition import Questionnaire
from survey_app.web.i18n import language

FOLDER = QUESTIONNAIRES / "audio"
KINDS = {".mp3": "audio/mpeg", ".ogg": "audio/ogg"}  # the first that is there is offered
KEPT_SECONDS = 86_400


def address(questionnaire: Questionnaire, item_id: str) -> str:
    """Of the recording of a question in the page's language; nothing where there is none."""
    said = FOLDER / questionnaire.id / questionnaire.version / language()
    for kind in KINDS:
        if (said / f"{item_id}{kind}").is_file():
            return url_for(
                "respond.recording",
                questionnaire=questionnaire.id,
                version=questionnaire.version,
                file=f"{item_id}{kind}",
            )
    return ""


def recording(questionnaire: str, version: str, file: str) -> Response:
    kind = next((mime for ending, mime in KINDS.items() if file.endswith(ending)), None)
    if kind is None:
        abort(404)
    path = f"{questionnaire}/{version}/{language()}/{file}"
    return send_from_directory(FOLDER, path, mimetype=kind, max_age=KEPT_SECONDS)
