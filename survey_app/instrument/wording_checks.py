"""A first reader for wording: what can be seen wrong in a question without understanding it.

It finds candidates, people decide: an item excuses a rule by naming it in `wording_ok`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.wordings import texts_of

MOST_WORDS: Final = 25

# Two things joined: whoever likes one and not the other has no answer.
_JOINED: Final = {
    "vi": re.compile(r"\s(và|hoặc|cùng với|cũng như)\s", re.IGNORECASE),
    "en": re.compile(r"\s(and|as well as|or)\s", re.IGNORECASE),
}
# "How easy or difficult", "safe or unsafe", "agree or disagree" name both ends of one scale.
_BOTH_ENDS: Final = re.compile(
    r"\b(easy or difficult|good or (poor|bad)|safe or unsafe|satisfied or dissatisfied"
    r"|agree or disagree|often or rarely|fair or unfair|clear or unclear)\b"
)
_LEADING: Final = {
    "vi": re.compile(
        r"\b(chắc hẳn|đương nhiên|hiển nhiên|rõ ràng là|chẳng phải|phải chăng|có đồng ý rằng"
        r"|đúng không|phải không|như mọi người đều biết|tuyệt vời|đáng tự hào|ngày càng)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(surely|obviously|of course|clearly|don't you|isn't it|aren't they|wouldn't you"
        r"|do you agree that|as everyone knows|excellent|wonderful|increasingly)\b",
        re.IGNORECASE,
    ),
}
# "bạn bè" is friends, not the person who reads.
_ADDRESS: Final = re.compile(r"\b(bạn(?! bè)|quý khách)\b", re.IGNORECASE)
# "xã hội", "hợp tác xã", "thị xã" and "làng xã" are no kinds of unit.
_UNIT_KIND: Final = {
    "vi": re.compile(
        r"\b(phường|đặc khu|(?<!hợp tác )(?<!thị )(?<!làng )xã(?! hội))\b", re.IGNORECASE
    ),
    "en": re.compile(r"\b(wards?|communes?|special zones?)\b", re.IGNORECASE),
}
# How a Vietnamese syllable is spelt, without its tone. What is not spelt so is foreign.
_SYLLABLE: Final = re.compile(
    r"(b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?"
    r"[aăâeêioôơuưy]{1,3}(c|ch|m|n|ng|nh|p|t)?"
)
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
# Words that Vietnamese has taken over; names and abbreviations in capitals pass by themselves.
_TAKEN_OVER: Final = frozenset(
    {"internet", "zalo", "facebook", "vneid", "wi", "fi", "km", "karaoke"}
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_SENTENCE_END: Final = re.compile(r"[.?!;:]+(?:\s|$)")


@dataclass(frozen=True)
class Finding:
    item_id: str
    language: str
    rule: str
    detail: str


Rule = Callable[[str, str], str | None]  # (wording, language) -> what was found


def _long_sentence(wording: str, language: str) -> str | None:
    del language  # a Vietnamese word is counted by its syllables, so the limit is stricter there
    longest = max(_SENTENCE_END.split(wording), key=lambda sentence: len(sentence.split()))
    return longest if len(longest.split()) > MOST_WORDS else None


def _double_barrelled(wording: str, language: str) -> str | None:
    return _found(_JOINED, _BOTH_ENDS.sub(" ", wording), language)


def _leading(wording: str, language: str) -> str | None:
    return _found(_LEADING, wording, language)


def _hard_coded_unit(wording: str, language: str) -> str | None:
    return _found(_UNIT_KIND, wording, language)


def _address(wording: str, language: str) -> str | None:
    return _found({"vi": _ADDRESS}, wording, language)


def _english_in_vietnamese(wording: str, language: str) -> str | None:
    if language != "vi":
        return None
    words = _WORD.findall(_PLACEHOLDER.sub(" ", wording))
    return next((word for word in words if not word.isupper() and _is_foreign(word)), None)


def _is_foreign(word: str) -> bool:
    lower = word.lower()
    plain = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", lower)))
    return lower not in _TAKEN_OVER and _SYLLABLE.fullmatch(plain) is None


def _no_question_mark(wording: str, language: str) -> str | None:
    del language
    return None if wording.rstrip().endswith("?") else wording[-20:]


def _found(patterns: Mapping[str, re.Pattern[str]], wording: str, language: str) -> str | None:
    hit = patterns[language].search(wording) if language in patterns else None
    return hit[0].strip() if hit else None


EVERYWHERE: Final[Mapping[str, Rule]] = {
    "long_sentence": _long_sentence,
    "address": _address,
    "english_in_vietnamese": _english_in_vietnamese,
    "hard_coded_unit": _hard_coded_unit,
    "leading": _leading,
}
QUESTIONS: Final[Mapping[str, Rule]] = {"no_question_mark": _no_question_mark}
RATINGS: Final[Mapping[str, Rule]] = {"double_barrelled": _double_barrelled}
RULES: Final = frozenset({*EVERYWHERE, *QUESTIONS, *RATINGS})


def findings(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Everything worth a second look, without what an item excuses by name."""
    excused = {item.id: item.wording_ok for item in questionnaire.all_items}
    return tuple(
        finding
        for finding in _all(questionnaire)
        if finding.rule not in excused.get(finding.item_id, ())
    )


def _all(questionnaire: Questionnaire) -> Iterator[Finding]:
    for owner, _, text in texts_of(questionnaire):
        yield from _judge(EVERYWHERE, owner, text.languages)
    for item in questionnaire.all_items:
        yield from _judge(_of_kind(item), item.id, item.text.languages)
        for name in sorted(set(item.wording_ok) - RULES):
            yield Finding(item.id, "", "unknown_rule", name)


def _of_kind(item: Item) -> Mapping[str, Rule]:
    return {**QUESTIONS, **RATINGS} if item.kind == "rating" else QUESTIONS


def _judge(
    rules: Mapping[str, Rule], item_id: str, wordings: Mapping[str, str]
) -> Iterator[Finding]:
    for language, wording in wordings.items():
        for name, rule in rules.items():
            detail = rule(wording, language)
            if detail is not None:
                yield Finding(item_id, language, name, detail)
