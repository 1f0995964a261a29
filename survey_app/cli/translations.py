"""Translations: which are older than what they were made from, and that one is right again."""

import click

from survey_app import languages
from survey_app.cli.door import FINDING, cli, json_option, put, say
from survey_app.services import translating


@cli.command()
@json_option
def stale(*, as_json: bool) -> int:
    """Name wordings older than their source. / Nêu các bản dịch cũ hơn bản gốc."""
    found = translating.stale()
    if as_json:
        put(
            [
                {
                    "language": each.language,
                    "file": each.file,
                    "id": each.id,
                    "old": each.old,
                    "new": each.new,
                }
                for each in found
            ]
        )
        return FINDING if found else 0
    for each in found:
        say(f"✗ {each.language} {each.file} {each.id}".rstrip())
        say(f"  − {each.old}" if each.old else "  −")
        say(f"  + {each.new}")
    return FINDING if found else 0


@cli.command("confirm-translation")
@click.argument("language", type=click.Choice(list(languages.declared())))
@click.option("--file", help="As `stale` names it. / Như lệnh `stale` nêu.")
@click.option("--id", "name", help="A question or one of its texts. / Một câu hỏi.")
def confirm_translation(language: str, file: str | None, name: str | None) -> None:
    """Say that wordings fit their source. / Xác nhận bản dịch đã khớp với bản gốc."""
    say(f"✓ {translating.confirm(language, file, name)}")
