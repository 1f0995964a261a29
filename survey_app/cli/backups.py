"""Backing an instance up while it serves, and restoring it."""

from pathlib import Path
from random import SystemRandom

import click

from survey_app import clock
from survey_app.cli.door import FINDING, Progress, cli, json_option, opened, put, say
from survey_app.config import QUESTIONNAIRES, settings_from
from survey_app.instrument.loading import load_all
from survey_app.services import restoring
from survey_app.services.archives import Manifest
from survey_app.services.backing_up import Made, Source, back_up
from survey_app.services.restoring import Terms
from survey_app.services.thinning import thin_beside
from survey_app.services.verifying import Finding

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@cli.command()
@file_argument
@click.option(
    "--without-waiting",
    is_flag=True,
    help="Without the answers in the inbox: for keeping. / Bỏ phiếu còn chờ: để lưu lâu dài.",
)
@json_option
def backup(file: Path, *, without_waiting: bool, as_json: bool) -> None:
    """Write a backup while the server serves. / Sao lưu khi máy chủ đang chạy."""
    with opened() as instance:
        source = Source(instance.settings, instance.keys, clock.now(), SystemRandom())
        made = back_up(
            source,
            file.resolve(),
            Progress("Backing up / Đang sao lưu"),
            keep_waiting=not without_waiting,
        )
        thinned = thin_beside(made.path, instance.settings.folder, instance.keys, source.at)
    _say_made(made, thinned)
    if as_json:
        put(
            {
                "file": str(made.path),
                "sha256": made.sha256,
                "bytes": made.path.stat().st_size,
                **_held(made.manifest),
                "thinned": [str(each) for each in thinned],
            }
        )


@cli.command()
@file_argument
@click.option("--check", is_flag=True, help="Only try it out. / Chỉ thử, không khôi phục.")
@click.option(
    "--replace",
    is_flag=True,
    help="Replace the instance; it is backed up first. / Thay hệ thống hiện có (được sao lưu trước).",
)
@click.option(
    "--other-key",
    is_flag=True,
    help="Go on with another secret.key. / Dùng secret.key khác.",
)
@json_option
def restore(file: Path, *, check: bool, replace: bool, other_key: bool, as_json: bool) -> int:
    """Put a backup in place, checked, wholly or not at all. / Khôi phục từ bản sao lưu."""
    settings, library = settings_from(), load_all(QUESTIONNAIRES)
    progress = Progress("Checking / Đang kiểm tra")
    safety: Path | None = None
    if check:
        manifest, findings = restoring.try_out(file.resolve(), library, progress)
    else:
        restored = restoring.restore(
            file.resolve(),
            settings,
            library,
            Terms(replace=replace, other_key=other_key),
            at=clock.now(),
            rng=SystemRandom(),
            said=progress,
        )
        manifest, findings, safety = restored.manifest, restored.findings, restored.safety_copy
    _say_restored(manifest, findings, safety)
    if as_json:
        put(
            {
                "folder": None if check else str(settings.folder),
                **_held(manifest),
                "safety_copy": str(safety) if safety else None,
                "findings": [{"kind": each.kind, "subject": each.subject} for each in findings],
            }
        )
    return FINDING if findings else 0


def _held(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "revision": manifest.revision,
        "answers": manifest.answers,
        "waiting": manifest.waiting.get("response", 0),
        "left_out": manifest.left_out,
        "rows": manifest.rows,
    }


def _say_made(made: Made, thinned: list[Path]) -> None:
    for path in thinned:
        say(f"{path}: older than 48 h, without waiting answers now / quá 48 giờ, đã bỏ phiếu chờ")
    say(
        "Keep secret.key apart, it is not inside. / Cất riêng secret.key, bản này không chứa khóa."
    )
    say(f"✓ {made.path}: {made.manifest.answers} answers / phiếu")


def _say_restored(manifest: Manifest, findings: list[Finding], safety: Path | None) -> None:
    for each in findings:
        say(f"✗ {each.kind}: {each.subject}")
    if manifest.left_out:
        say(f"{manifest.left_out} answers that waited were left out / phiếu còn chờ đã bị bỏ ra")
    if safety:
        say(f"What was here before / Dữ liệu trước đó: {safety}")
    say(f"✓ {manifest.made_at:%Y-%m-%d %H:%M} UTC: {manifest.answers} answers / phiếu")
