"""Taking out what only whoever runs the server may have."""

from typing import IO

import click

from survey_app.cli.door import cli, opened, wave_argument, wave_of, workplace
from survey_app.db import reading
from survey_app.services import exporting


@cli.group("export")
def exports() -> None:
    """Take out raw figures. / Xuất số liệu gốc."""


@exports.command("dataset")
@wave_argument
@click.option("--output", type=click.File("wb"), default="-", help="A file. / Tệp đích.")
def export_dataset(wave_key: str, output: IO[bytes]) -> None:
    """The frozen answers of a wave as CSV. / Dữ liệu đã chốt của một đợt, dạng CSV."""
    with opened() as instance, reading(instance.engine) as session:
        wave = wave_of(session, wave_key)
        exporting.write_dataset(session, wave, workplace(instance), output)
