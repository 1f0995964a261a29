"""A folder of words with further languages, made of data alone: what a translator would deliver.

Each Latin letter of the English becomes a letter of the language's own script, so that a word of
another language shows on any page.
"""

import re
import shutil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from survey_app.config import QUESTIONNAIRES, TRANSLATIONS
from survey_app.languages import KINDS, catalogue, source

LATIN = re.compile(r"[A-Za-zÀ-ỹ]")
# Placeholders, markup and entities inside a text are for the program.
KEPT = re.compile(r"(%\(\w+\)\w|%%|\{\w*\}|<[^>]*>|&\w+;)")
WORDING = r'en = "((?:[^"\\]|\\.)*)"'
KHMER = "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយ"
LAO = "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອ"
SCRIPTS = {"km": KHMER, "lo": LAO}
NAMES = {"km": "ភាសាខ្មែរ", "lo": "ພາສາລາວ"}


def in_script(text: str, language: str) -> str:
    letters = SCRIPTS[language]

    def letter(found: re.Match[str]) -> str:
        return letters[ord(found[0].lower()) % len(letters)]

    parts = KEPT.split(text)
    return "".join(
        part if place % 2 else LATIN.sub(letter, part) for place, part in enumerate(parts)
    )


def make(folder: Path) -> None:
    """Khmer: everything but the questionnaire of businesses. Lao: one message is missing."""
    shutil.copytree(TRANSLATIONS, folder / "translations")
    shutil.copytree(QUESTIONNAIRES, folder / "questionnaires")
    for language in SCRIPTS:
        declare(folder / "translations" / language, language)
    worded = [*(folder / "questionnaires").glob("*.toml")]
    for path in [*worded, *(folder / "questionnaires" / "residents").glob("*.toml")]:
        add_wording(path, "km")
    for path in worded:
        add_wording(path, "lo")


def declare(folder: Path, language: str) -> None:
    (folder / "LC_MESSAGES").mkdir(parents=True)
    kinds = "\n".join(f'{kind} = "{in_script(kind, language)}"' for kind in KINDS)
    (folder / "language.toml").write_text(
        f'name = "{NAMES[language]}"\n[unit.kinds]\n{kinds}\n', encoding="utf-8"
    )
    with (folder / "LC_MESSAGES" / "messages.po").open("wb") as file:
        write_po(file, translated(language))


def translated(language: str) -> Catalog:
    template, made = catalogue("vi"), Catalog(locale=language)
    messages = [message for message in template or () if message.id]
    for message in messages[1:] if language == "lo" else messages:
        said = in_script(source(message), language)
        forms = (said,) * made.num_plurals
        made.add(message.id, forms if message.pluralizable else said, flags=message.flags)
    return made


def add_wording(path: Path, language: str) -> None:
    """A further key beside each English one, in whichever of the three ways it is written."""
    text = path.read_text(encoding="utf-8")

    def beside(found: re.Match[str]) -> str:
        said = in_script(found["text"], language)
        return f'{found[0]}, {language} = "{said}"'

    def below(found: re.Match[str]) -> str:
        said = in_script(found["text"], language)
        return f'{found[0]}\n{found["key"]}{language} = "{said}"'

    wording = WORDING.replace("(", "(?P<text>", 1)
    text = re.sub(rf'(?<=", ){wording}', beside, text)
    text = re.sub(rf"^(?P<key> *(?:[\w.]+\.)?){wording}$", below, text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
