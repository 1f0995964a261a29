"""Figures from answers, on this machine or on a cluster; and answers from a seed to try that on."""

from dataclasses import replace
from pathlib import Path

import click

from survey_app import clock
from survey_app.cli.door import (
    Progress,
    cli,
    json_option,
    opened,
    put,
    wave_of,
    workplace,
)
from survey_app.config import QUESTIONNAIRES
from survey_app.db import transaction
from survey_app.engine import choosing
from survey_app.engine.kernel import Engine
from survey_app.instrument.loading import load_all
from survey_app.services import analysing, simulating, tabulating
from survey_app.services.run_document import document
from survey_app.services.simulating import Simulation


@cli.command()
@click.argument("wave_key", metavar="[WAVE]", required=False)
@click.option(
    "--dataset",
    type=click.Path(exists=True, path_type=Path),
    help="A Parquet file or a folder of them, instead of a wave. / Tệp Parquet thay cho đợt.",
)
@click.option("--engine", type=click.Choice(choosing.ENGINES), default="local", show_default=True)
@click.option("--master", help="spark://host:7077, yarn, k8s://… / Địa chỉ cụm Spark.")
@json_option
def analyse(
    wave_key: str | None,
    *,
    dataset: Path | None,
    engine: str,
    master: str | None,
    as_json: bool,
) -> None:
    """Run a closed wave, or count a dataset. / Phân tích đợt đã đóng, hoặc đếm một tệp."""
    if (wave_key is None) == (dataset is None):
        raise click.UsageError("WAVE | --dataset")
    with choosing.opened(engine, master, Progress("Counting / Đang đếm")) as counting:
        if dataset is not None:
            result = tabulating.document(dataset, counting)
        else:
            result = _run(str(wave_key), counting)
    if as_json:
        put(result)
    else:
        click.echo(f"{wave_key or dataset}\t{result.get('run', '')}\t{engine}")


def _run(wave_key: str, engine: Engine) -> dict[str, object]:
    with opened() as instance, transaction(instance.engine) as session:
        wave = wave_of(session, wave_key)
        place = replace(workplace(instance), engine=engine)
        run = analysing.analyse_wave(session, wave, place, clock.now())
        return document(session, wave, run)


@cli.command()
@click.option("--responses", type=click.IntRange(min=0), required=True)
@click.option("--units", type=click.IntRange(1, 99_999), default=3321, show_default=True)
@click.option("--strata", type=click.IntRange(1, 99), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=18091, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def simulate(
    *,
    responses: int,
    units: int,
    strata: int,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write answers that nobody gave, to try engines on. / Tạo tệp trả lời giả lập để thử máy."""
    [framework] = load_all(QUESTIONNAIRES).frameworks.values()
    simulation = Simulation(
        tuple(framework.indicator_by_code), responses, units=units, strata=strata, seed=seed
    )
    path = output or Path(f"simulated-{responses}-{seed}.parquet")
    sha256, rows = simulating.simulate(path, simulation, Progress("Writing / Đang ghi"))
    if as_json:
        put({"file": str(path), "sha256": sha256, "responses": rows})
    else:
        click.echo(f"{path}\t{sha256}\t{rows}")
