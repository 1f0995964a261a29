"""Waves and their answers."""

from random import SystemRandom

import click

from survey_app import clock
from survey_app.cli.door import (
    cli,
    json_option,
    opened,
    put,
    say,
    wave_argument,
    wave_of,
)
from survey_app.db import reading, transaction
from survey_app.queries import campaigns, responses
from survey_app.services import audit, fielding, flushing


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
                "opens_at": wave.opens_at.astimezone(clock.VIET_NAM).isoformat(),
                "closes_at": wave.closes_at.astimezone(clock.VIET_NAM).isoformat(),
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
    """Count stored answers, flushed or not. / Đếm số phiếu đã lưu."""
    with opened() as instance, reading(instance.engine) as session:
        found = responses.counts(session, wave_of(session, wave_key).id)
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
    """Close a wave now. / Đóng ngay một đợt khảo sát."""
    at = clock.now()
    with opened() as instance:
        with transaction(instance.engine) as session:
            fielding.close_wave(session, wave_of(session, wave_key), SystemRandom(), at)
            audit.record(session, None, "wave_closed", wave_key, at)
        flushing.leave_no_order(instance.engine)
    say(f"✓ {wave_key}")


@cli.command()
def flush() -> None:
    """Move answers out of the inbox in random order. / Xáo trộn và chuyển các phiếu."""
    with opened() as instance:
        with transaction(instance.engine) as session:
            moved = flushing.flush_ready(session, SystemRandom())
        flushing.leave_no_order(instance.engine)
    say(f"✓ {moved}")
