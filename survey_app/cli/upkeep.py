"""Making, checking and verifying an instance."""

import click

from survey_app import clock, demonstration, languages
from survey_app.cli.door import FINDING, PORT, cli, json_option, opened, put, say, workplace
from survey_app.config import settings_from
from survey_app.db import reading
from survey_app.instance import create_instance
from survey_app.services import instances, verifying
from survey_app.serving import Door, serve_instance


@cli.command()
def init() -> None:
    """Make an empty instance. / Tạo một hệ thống trống."""
    instance = create_instance(settings_from())
    instances.migrate(instance.engine)
    instances.load_units(instance.engine)
    instance.engine.dispose()
    say(f"✓ {instance.settings.folder}")


@cli.command()
def check() -> int:
    """Check definitions and tables. / Kiểm tra phiếu khảo sát và cơ sở dữ liệu."""
    with opened() as instance:
        pending = instances.pending_migrations(instance.engine)
        say(f"{len(instance.library.questionnaires)} questionnaires / phiếu khảo sát ✓")
        for revision in pending:
            say(f"migration {revision} ✗")
        lacking = list(languages.faults(instance.library.frameworks.values()))
        for code, fault in lacking:
            say(f"{code} ✗ {fault}")
        return FINDING if pending or lacking else 0


@cli.command()
@json_option
def verify(*, as_json: bool) -> int:
    """Recompute every hash and run. / Tính lại và đối chiếu mọi mã, mọi kết quả."""
    with opened() as instance, reading(instance.engine) as session:
        found = verifying.findings(session, workplace(instance))
    if as_json:
        put([{"kind": each.kind, "subject": each.subject} for each in found])
    for each in found:
        say(f"✗ {each.kind}: {each.subject}")
    return FINDING if found else 0


@cli.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--serve/--no-serve", "serves", default=True)
def demo(port: int, *, serves: bool) -> None:
    """Build the demonstration, or open it again, and serve it. / Tạo và chạy bản minh họa."""
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
            serve_instance(instance, Door(port), click.echo)
