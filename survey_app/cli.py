"""The `survey-app` command: results on standard output, everything else on standard error.

Exit status: 0 fine, 1 a finding, 2 refused, with the reason in both languages.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom

import click
from flask import Flask, g
from sqlalchemy.orm import Session

from survey_app import clock, demonstration
from survey_app.config import LANGUAGES, settings_from
from survey_app.db import reading, transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance, create_instance, open_instance
from survey_app.instrument.faults import DefinitionFault
from survey_app.instrument.mapping import load_mapping
from survey_app.models.campaigns import Wave
from survey_app.queries import campaigns, responses
from survey_app.services import (
    analysing,
    assessing,
    definitions,
    fielding,
    flushing,
    importing,
    instances,
    margins,
    spreadsheets,
    verifying,
)
from survey_app.services.analysing import Workplace
from survey_app.services.run_document import document
from survey_app.serving import serve_instance
from survey_app.web import errors as words

FINDING, REFUSED = 1, 2
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document. / Một tài liệu JSON."
)
wave_argument = click.argument("wave_key", metavar="WAVE")


def main() -> None:
    """Run a command; what is refused becomes words and exit status 2."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except Refusal as refusal:
        _refuse(_in_words(refusal))
    except DefinitionFault as fault:
        _refuse("\n".join(f"{each.file} {each.item}: {each.what}" for each in fault.faults))
    except click.ClickException as error:
        error.show()
        sys.exit(REFUSED)


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(REFUSED)


def _in_words(refusal: Refusal) -> str:
    """Both languages: on a command line nobody has chosen one."""
    sentences = []
    with Flask("survey_app").app_context():
        for language in LANGUAGES:
            g.language = language
            sentences.append(words.sentence(refusal))
    return "\n".join(sentences)


def say(message: str) -> None:
    click.echo(message, err=True)


def put(result: object) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=1))


@contextmanager
def opened() -> Iterator[Instance]:
    instance = open_instance(settings_from())
    try:
        yield instance
    finally:
        instance.engine.dispose()


def _place(instance: Instance) -> Workplace:
    return Workplace(instance.library, instance.settings.datasets)


def _wave(session: Session, key: str) -> Wave:
    found = campaigns.wave_by_key(session, key)
    if found is None:
        raise Refusal("wave_unknown", wave=key)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Ask residents and businesses beside a self-assessment (TCVN ISO 18091:2020).

    Hỏi ý kiến người dân, doanh nghiệp bên cạnh việc tự đánh giá của chính quyền.
    """


@cli.command()
def init() -> None:
    """Make an empty instance. / Tạo một hệ thống trống."""
    instance = create_instance(settings_from())
    instances.migrate(instance.engine)
    instances.load_units(instance.engine)
    instance.engine.dispose()
    say(f"✓ {instance.settings.folder}")


@cli.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--public-url", help="https://… as people reach it. / Địa chỉ mà người dân dùng.")
def serve(port: int, public_url: str | None) -> None:
    """Serve the pages until Ctrl-C. / Chạy trang web cho đến khi bấm Ctrl-C."""
    with opened() as instance:
        instances.migrate(instance.engine)
        serve_instance(instance, port, public_url, say)


@cli.command()
def check() -> int:
    """Check definitions and tables. / Kiểm tra phiếu hỏi và cơ sở dữ liệu."""
    with opened() as instance:
        pending = instances.pending_migrations(instance.engine)
        say(f"{len(instance.library.questionnaires)} questionnaires / phiếu khảo sát ✓")
        for revision in pending:
            say(f"migration {revision} ✗")
        return FINDING if pending else 0


@cli.command()
@json_option
def waves(*, as_json: bool) -> None:
    """List all waves. / Liệt kê các đợt khảo sát."""
    with opened() as instance, reading(instance.engine) as session:
        rows = [
            {
                "key": wave.key,
                "title": wave.title_vi,
                "state": wave.state,
                "opens_at": wave.opens_at.isoformat(),
                "closes_at": wave.closes_at.isoformat(),
                "units": sorted(place.official_code for place in wave.units),
            }
            for wave in campaigns.waves(session)
        ]
    if as_json:
        put(rows)
        return
    for row in rows:
        click.echo(f"{row['key']}\t{row['state']}\t{row['title']}")


@cli.command()
@wave_argument
@json_option
def count(wave_key: str, *, as_json: bool) -> None:
    """Count stored answers, flushed or not. / Đếm câu trả lời đã lưu."""
    with opened() as instance, reading(instance.engine) as session:
        found = responses.counts(session, _wave(session, wave_key).id)
        rows = [
            dict(zip(("unit", "audience", "channel", "language", "responses"), row, strict=True))
            for row in found
        ]
    if as_json:
        put({"wave": wave_key, "rows": rows})
        return
    for row in rows:
        click.echo("\t".join(str(value) for value in row.values()))


@cli.command()
@wave_argument
def close(wave_key: str) -> None:
    """Close a wave now. / Đóng một đợt khảo sát ngay bây giờ."""
    with opened() as instance, transaction(instance.engine) as session:
        fielding.close_wave(session, _wave(session, wave_key), SystemRandom(), clock.now())
    say(f"✓ {wave_key}")


@cli.command()
def flush() -> None:
    """Move answers out of the inbox in random order. / Trộn và chuyển câu trả lời."""
    with opened() as instance, transaction(instance.engine) as session:
        say(f"✓ {flushing.flush_ready(session, SystemRandom())}")


@cli.command()
@wave_argument
@json_option
@click.option("--engine", type=click.Choice(["local"]), default="local", show_default=True)
def analyse(wave_key: str, *, as_json: bool, engine: str) -> None:
    """Run a closed wave under its registered calibration. / Phân tích đợt đã đóng."""
    with opened() as instance, transaction(instance.engine) as session:
        wave = _wave(session, wave_key)
        run = analysing.analyse_wave(session, wave, _place(instance), clock.now())
        result = document(session, wave, run)
    if as_json:
        put(result)
    else:
        click.echo(f"{wave_key}\t{run.label}\t{run.sha256}\t{engine}")


@cli.command()
@json_option
def verify(*, as_json: bool) -> int:
    """Recompute every hash and run. / Đối chiếu lại mọi mã và kết quả."""
    with opened() as instance, reading(instance.engine) as session:
        found = verifying.findings(session, _place(instance))
    if as_json:
        put([{"kind": each.kind, "subject": each.subject} for each in found])
    for each in found:
        say(f"✗ {each.kind}: {each.subject}")
    return FINDING if found else 0


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
        wave = _wave(session, wave_key)
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
        wave = _wave(session, wave_key)
        parsed = margins.parse_margins(file.read_text(encoding="utf-8-sig"))
        faults = parsed.faults or margins.store_margins(session, wave.id, parsed.rows)
        for each in faults:
            say(f"{each.row} {each.column}: {each.code} {each.value}")
    return REFUSED if faults else 0


@cli.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--serve/--no-serve", "serves", default=True)
def demo(port: int, *, serves: bool) -> None:
    """Build the demonstration, or open it again, and serve it. / Bản minh họa."""
    settings = settings_from()
    if not settings.secret_file.exists():
        create_instance(settings).engine.dispose()
    with opened() as instance:
        instances.migrate(instance.engine)
        with reading(instance.engine) as session:
            is_built = demonstration.exists(session)
        if not is_built:
            say("3,355 units / đơn vị hành chính …")
            instances.load_units(instance.engine)
            demonstration.build(instance, clock.now(), say)
        for line in demonstration.guide(f"http://127.0.0.1:{port}"):
            say(line)
        if serves:
            serve_instance(instance, port, None, click.echo)
