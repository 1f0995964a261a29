"""What two forms must have in common for a rating's series to go on from one to the other."""

import hashlib
import json

from survey_app.instrument.definition import Questionnaire
from survey_app.instrument.routing import conditions_json

# A further language ends no series: its people answered nothing before it was there.
LANGUAGES = ("vi", "en")


def wording_sha256(questionnaire: Questionnaire, item_id: str) -> str:
    """Of a question's words, answers and scores, and of whom it is asked."""
    item = questionnaire.items[item_id]
    texts = [item.text, item.hint, item.note]
    texts += [option.text for option in questionnaire.options_of(item)]
    texts += [special.text for special in questionnaire.specials_of(item)]
    said = [
        [text and [text.in_(language) for language in LANGUAGES] for text in texts],
        [option.answer for option in questionnaire.options_of(item)],
        questionnaire.scores_of(item),
        item.special,
        conditions_json([item]),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
