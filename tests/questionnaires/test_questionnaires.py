"""The real questionnaires: complete, sound, and never changed once a wave may have fielded them."""

import hashlib
from pathlib import Path

import pytest

from survey_app.instrument.blocks import design_of
from survey_app.instrument.definition import Item, Questionnaire
from survey_app.instrument.loading import Library, load_all
from survey_app.instrument.routing import path
from survey_app.instrument.series import wording_sha256
from survey_app.instrument.wording_checks import findings

FOLDER = Path(__file__).parents[2] / "questionnaires"
VERSIONS = [("residents", "v1"), ("businesses", "v1"), ("businesses", "v2")]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_all(FOLDER)


@pytest.fixture(scope="module", params=VERSIONS, ids=["/".join(name) for name in VERSIONS])
def questionnaire(request: pytest.FixtureRequest, library: Library) -> Questionnaire:
    return library.questionnaires[request.param]


def test_every_file_loads(library: Library) -> None:
    assert set(VERSIONS) <= set(library.questionnaires)
    files = {path.relative_to(FOLDER).with_suffix("").parts for path in FOLDER.glob("*/*.toml")}
    assert files == set(library.questionnaires)


def test_the_catalogue_has_the_four_pillars_and_the_39_indicators(library: Library) -> None:
    framework = library.frameworks["iso18091-2019"]
    assert [pillar.code for pillar in framework.pillars] == ["1", "2", "3", "4"]
    per_pillar = [
        sum(indicator.pillar == pillar.code for indicator in framework.indicators)
        for pillar in framework.pillars
    ]
    assert sum(per_pillar) == 39
    for pillar, count in zip(framework.pillars, per_pillar, strict=True):
        codes = [each.code for each in framework.indicators if each.pillar == pillar.code]
        assert codes == [f"{pillar.code}.{number}" for number in range(1, count + 1)]


def test_residents_are_asked_32_topics_and_businesses_21(library: Library) -> None:
    assert len(library.questionnaires["residents", "v1"].topics) == 32
    assert len(library.questionnaires["businesses", "v1"].topics) == 21


def test_each_audience_is_asked_exactly_what_the_catalogue_says(
    library: Library, questionnaire: Questionnaire
) -> None:
    framework = library.framework_of(questionnaire)
    assert questionnaire.indicators == framework.asked_of(questionnaire.audience)


def test_two_indicators_are_asked_of_nobody(library: Library) -> None:
    indicators = library.frameworks["iso18091-2019"].indicators
    nobody = [each.code for each in indicators if not (each.ask_residents or each.ask_businesses)]
    assert nobody == ["1.1", "4.7"]


def test_a_person_meets_eight_topics(questionnaire: Questionnaire) -> None:
    design = design_of(questionnaire)
    assert design.size == 8
    assert len(design.base) == 8


def test_six_lines_stand_before_the_first_question(questionnaire: Questionnaire) -> None:
    assert len(questionnaire.intro) == 6


def test_every_opinion_can_be_answered_with_do_not_know(questionnaire: Questionnaire) -> None:
    ratings = [item for item in questionnaire.all_items if item.kind == "rating"]
    assert [item.id for item in ratings if "dont_know" not in item.special] == []


def test_facts_stand_before_the_opinion(questionnaire: Questionnaire) -> None:
    for topic in questionnaire.topics:
        assert topic.items[-1].id == topic.indicator


def demographics(questionnaire: Questionnaire) -> list[Item]:
    frame = (*questionnaire.opening, *questionnaire.closing)
    return [item for item in frame if item.kind == "choice"]


def test_who_they_are_is_asked_in_bands_and_the_open_question_comes_last(
    questionnaire: Questionnaire,
) -> None:
    bands = {
        "residents": ["sex", "age_band", "hamlet_group"],
        "businesses": ["size", "sector"],
    }[questionnaire.audience]
    assert [item.id for item in demographics(questionnaire)] == bands
    assert [item.id for item in questionnaire.closing][:1] == ["overall"]
    assert [item.id for item in questionnaire.closing][-1:] == ["comment"]
    assert questionnaire.items["overall"].kind == "rating"
    assert questionnaire.items["comment"].max_length == 1000


def test_nobody_has_to_say_who_they_are(questionnaire: Questionnaire) -> None:
    assert all("refused" in item.special for item in demographics(questionnaire))


def test_urgent_matters_are_sent_to_the_telephone(questionnaire: Questionnaire) -> None:
    note = questionnaire.items["comment"].note
    assert note is not None
    assert all("{urgent_contact}" in wording for wording in note.languages.values())


def test_the_bands_are_those_of_the_population_margins(library: Library) -> None:
    residents = library.questionnaires["residents", "v1"]
    sex, age = residents.items["sex"], residents.items["age_band"]
    assert [option.code for option in sex.options] == [1, 2, 3]
    assert [option.text.en.replace("–", "-").split()[0] for option in age.options] == [
        "18-29",
        "30-44",
        "45-59",
        "60-69",
        "70",
    ]


def test_scores_of_every_rating_run_from_0_to_100_in_equal_steps(
    questionnaire: Questionnaire,
) -> None:
    for item in questionnaire.all_items:
        if item.kind == "rating":
            assert questionnaire.scores_of(item) == (0, 25, 50, 75, 100)


def test_the_wording_has_nothing_to_question(questionnaire: Questionnaire) -> None:
    assert findings(questionnaire) == ()


def test_the_hash_is_that_of_the_file_and_the_same_on_every_system(
    questionnaire: Questionnaire,
) -> None:
    file = FOLDER / questionnaire.id / f"{questionnaire.version}.toml"
    assert b"\r" not in file.read_bytes()
    assert (
        questionnaire == load_all(FOLDER).questionnaires[questionnaire.id, questionnaire.version]
    )
    assert questionnaire.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def businesses(library: Library) -> Questionnaire:
    return library.questionnaires["businesses", "v2"]


def test_the_series_of_ratings_go_on_in_the_second_business_form(
    library: Library, businesses: Questionnaire
) -> None:
    before = library.questionnaires["businesses", "v1"]
    changed = [
        code
        for code in (*businesses.indicators, "overall")
        if wording_sha256(businesses, code) != wording_sha256(before, code)
    ]
    assert changed == ["2.2"]  # no longer asked of those who work alone and hired nobody


def test_no_answer_code_of_an_earlier_form_has_another_meaning_now(
    library: Library, businesses: Questionnaire
) -> None:
    before = library.questionnaires["businesses", "v1"].items
    reworded = [
        (item.id, now.code)
        for item in businesses.all_items
        for now in item.options
        for then in (before[item.id].options if item.id in before else ())
        if now.code == then.code and now.text != then.text
    ]
    # Sectors that are named more fully: industry; trade; accommodation.
    assert reworded == [("sector", 2), ("sector", 4), ("sector", 6)]


@pytest.mark.parametrize(
    ("size", "hired", "is_asked"),
    [
        ("1", "3", False),
        ("1", "2", True),
        ("6", "3", True),
        ("refused", "3", True),
        ("", "", True),
    ],
)
def test_hiring_is_rated_by_all_but_those_who_work_alone_and_hired_nobody(
    businesses: Questionnaire, size: str, hired: str, is_asked: bool
) -> None:
    given = {name: code for name, code in {"size": size, "2.2.hired": hired}.items() if code}
    assert ("2.2" in path(businesses.items_of(("2.2",)), given)) is is_asked


@pytest.mark.parametrize(("sector", "is_asked"), [("1", False), ("6", True), ("", True)])
def test_tourists_are_counted_where_there_may_be_some(
    businesses: Questionnaire, sector: str, is_asked: bool
) -> None:
    given = {"sector": sector} if sector else {}
    met = path(businesses.items_of(("2.5",)), given)
    assert ("2.5.share" in met) is is_asked
    assert "2.5" in met


def test_every_topic_keeps_a_question_for_every_business(businesses: Questionnaire) -> None:
    """Or its screen would be empty."""
    for size in businesses.items["size"].options:
        for sector in businesses.items["sector"].options:
            given = {"size": size.answer, "sector": sector.answer}
            for code in businesses.indicators:
                met = path(businesses.items_of((code,)), given)
                assert any(businesses.indicator_of.get(name) == code for name in met)


def test_the_list_has_four_statements_and_a_sensitive_one_in_their_middle(
    businesses: Questionnaire,
) -> None:
    item = businesses.list_item
    assert item is not None
    assert [each.sensitive for each in item.statements] == [False, False, True, False, False]
    control, treated = (each.items["unofficial"] for each in businesses.arms)
    assert [each.text for each in control.statements] == [
        each.text for each in treated.statements if not each.sensitive
    ]
