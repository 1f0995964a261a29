"""Who reads with difficulty: questions read aloud, larger text, stronger contrast."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Welcome
from tests.journeys.test_answering import FORM, choose_last_of_each, next_screen, walk_to_the_check

# A device that speaks: it writes down what it is told to say, and never comes to an end.
SPEAKING = """
window.said = [];
const voices = [{ lang: "%s" }, { lang: "fr-FR" }];
const told = (each) => window.said.push([each.lang, each.text]);
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, speak: told, cancel: () => window.said.push("silence"),
  addEventListener() {},
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
WIDTH = 320
NOWHERE = (
    "for (const name of ['localStorage', 'sessionStorage'])"
    " Object.defineProperty(window, name, {get() { throw new DOMException('no') }})"
)


def said(page: Page) -> list[list[str] | str]:
    return list(page.evaluate("window.said.splice(0)"))


def letter_size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


@pytest.mark.parametrize("voice", ["vi-VN", "vi_VN", "VI"])
def test_a_question_is_read_aloud_with_its_answers_and_stops_on_the_way_on(
    walker: Welcome, voice: str
) -> None:
    page = walker().page
    page.add_init_script(SPEAKING % voice)
    page.goto(walker().site.to(FORM))
    next_screen(page)
    assert [each for each in said(page) if each != "silence"] == []
    question = page.locator("fieldset[data-item]:visible").first
    button = question.get_by_role("button", name="Đọc to câu này")
    button.focus()
    page.keyboard.press("Enter")
    heard = [each for each in said(page) if each != "silence"]
    assert heard[0] == [voice, question.locator("legend").inner_text()]
    answers = question.locator(".choice span").all_inner_texts()
    assert [each[1] for each in heard][-len(answers) :] == answers
    expect(question.get_by_role("button", name="Dừng đọc")).to_be_focused()

    page.keyboard.press("Enter")
    expect(button).to_be_visible()
    assert said(page) == ["silence"]
    button.click()
    said(page)
    next_screen(page)
    assert said(page) == ["silence"]


def test_a_device_without_a_voice_of_the_language_has_no_button(walker: Welcome) -> None:
    page = walker().page
    page.add_init_script(SPEAKING % "en-GB")
    page.goto(walker().site.to(FORM))
    next_screen(page)
    expect(page.locator("[data-do=speak]")).to_have_count(0)
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Read aloud").first).to_be_visible()


@pytest.mark.parametrize("storage", [True, False])
def test_letters_grow_in_three_steps_and_nothing_sticks_out(
    walker: Welcome, *, storage: bool
) -> None:
    reader = walker(width=WIDTH)
    if not storage:
        reader.page.add_init_script(NOWHERE)
    page = reader.go(FORM)
    sizes = [letter_size(page)]
    bigger = page.get_by_role("button", name="Chữ to hơn")
    for _step in range(2):
        bigger.click()
        sizes.append(letter_size(page))
    assert sizes == sorted(set(sizes))
    expect(bigger).to_have_attribute("aria-disabled", "true")
    assert reader.is_as_wide_as_the_screen()
    next_screen(page)
    choose_last_of_each(page)
    assert reader.is_as_wide_as_the_screen()
    page.locator("button[name=lang]:visible").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert letter_size(page) == sizes[2]
    page.get_by_role("button", name="Smaller text").click()
    assert letter_size(page) == sizes[1]
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert letter_size(page) == (sizes[1] if storage else sizes[0])
    assert page.context.cookies() == []


def test_strong_contrast_is_black_on_white_and_lasts_to_the_receipt(walker: Welcome) -> None:
    page = walker().go(FORM)
    button = page.get_by_role("button", name="Tương phản mạnh")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    shown = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert shown == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert json.loads(page.evaluate("localStorage.look"))["contrast"] is True
    page = walk_to_the_check(walker())
    expect(page.locator("html")).not_to_have_class("contrast")  # another person's device
