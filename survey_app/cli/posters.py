"""Posters on the disk, one file for each sheet: for whoever prints them elsewhere."""

from dataclasses import replace
from pathlib import Path

import click

from survey_app.addresses import origin
from survey_app.cli.door import cli, opened, say, wave_argument, wave_of
from survey_app.db import reading
from survey_app.errors import Refusal
from survey_app.web import posters as sheets
from survey_app.web.app import create_app
from survey_app.web.office.waves.words import OFFERED_CHANNELS


@cli.command()
@wave_argument
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--paper", type=click.Choice(sheets.PAPERS), default=sheets.PAPERS[0])
@click.option("--public-url", help="https://… as people reach it. / Địa chỉ người dân truy cập.")
def posters(wave_key: str, out: Path, paper: str, public_url: str | None) -> None:
    """Write a poster for every unit. / Ghi áp phích của từng đơn vị ra tệp."""
    with opened() as found:
        public = origin(public_url) if public_url else found.settings.public_url
        if public is None:
            raise Refusal("public_url_missing")
        app = create_app(replace(found, settings=replace(found.settings, public_url=public)))
        with app.test_request_context(base_url=public), reading(found.engine) as session:
            wave = wave_of(session, wave_key)
            out.mkdir(parents=True, exist_ok=True)
            for wanted in sheets.every(wave, OFFERED_CHANNELS):
                path = out / f"{sheets.file_name(wave, wanted)}-{paper}.pdf"
                path.write_bytes(sheets.posters(wave, [wanted], paper))
                say(f"✓ {path}")
