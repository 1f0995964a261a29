"""Bringing in what exists already."""

from pathlib import Path

import click

from survey_app import clock
from survey_app.cli.door import REFUSED, cli, json_option, opened, put, say, wave_of
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instrument.mapping import load_mapping
from survey_app.queries import campaigns
from survey_app.services import assessing, definitions, fielding, importing, margins, spreadsheets


@cli.group("import")
def imports() -> None:
    """Bring in what exists. / Nhập dữ liệu đã có."""


file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@imports.command("responses")
@file_argument
@click.option("--mapping", required=True, type=click.Path(exists=True, path_type=Path))
@json_option
def import_responses(file: Path, mapping: Path, *, as_json: bool) -> None:
    """Microdata of another survey becomes a dataset. / Nhập dữ liệu của khảo sát khác."""
    with opened() as instance, transaction(instance.engine) as session:
        found = importing.import_responses(
            session,
            file.read_bytes(),
            file.name,
            load_mapping(mapping, instance.library.frameworks),
            folder=instance.settings.datasets,
            at=clock.now(),
        )
        result = importing.document(found)
    if as_json:
        put(result)
        return
    click.echo(f"{found.dataset.sha256}\t{found.dataset.responses}")


@imports.command("self-scores")
@file_argument
@click.option("--wave", "wave_key", required=True)
@click.option("--unit", "unit_code", required=True)
def import_self_scores(file: Path, wave_key: str, unit_code: str) -> int:
    """Self-scores from the template become a draft. / Nhập điểm tự đánh giá (bản nháp)."""
    with opened() as instance, transaction(instance.engine) as session:
        wave = wave_of(session, wave_key)
        place = campaigns.wave_unit(session, wave_key, unit_code)
        if place is None:
            raise Refusal("unit_unknown", unit=unit_code)
        framework = definitions.framework(instance.library, wave.campaign.framework)
        table = spreadsheets.read_table(file.read_bytes(), file.name)
        parsed = assessing.parse_scores(table, framework)
        for each in parsed.faults:
            say(f"{each.sheet} {each.column}{each.row}: {each.code} {each.value}")
        if parsed.faults:
            return REFUSED
        assessing.enter_scores(session, wave, place.unit, parsed.scores)
    say(f"✓ {len(parsed.scores)}")
    return 0


@imports.command("margins")
@file_argument
@click.option("--wave", "wave_key", required=True)
def import_margins(file: Path, wave_key: str) -> int:
    """Population by sex and age band of each unit. / Nhập cơ cấu dân số của từng đơn vị."""
    with opened() as instance, transaction(instance.engine) as session:
        wave = wave_of(session, wave_key)
        fielding.demand_unanalysed(session, wave)
        text = file.read_text(encoding="utf-8-sig", errors="replace")  # a bad byte is a bad cell
        parsed = margins.parse_margins(text, margins.unit_codes(session, wave.id))
        for each in parsed.faults:
            say(f"{each.row} {each.column}: {each.code} {each.value}")
        if parsed.faults:
            return REFUSED
        margins.store_margins(session, wave.id, parsed.rows)
    say(f"✓ {len(parsed.rows)}")
    return 0
