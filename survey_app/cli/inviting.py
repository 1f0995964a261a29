"""Inviting a drawn sample: an officer's keys, letters for the printer, addresses for reminders."""

import csv
import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from survey_app import clock
from survey_app.addresses import origin
from survey_app.cli.door import cli, json_option, opened, put, say, wave_argument, wave_of
from survey_app.config import Settings
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.instance import Instance
from survey_app.models.units import Unit
from survey_app.services import audit, frames, inviting, sealing
from survey_app.services.frames import Method, Person
from survey_app.web import letters as print_shop
from survey_app.web.letters import Occasion

AUDIENCES = ("residents", "businesses")
existing = click.Path(exists=True, dir_okay=False, path_type=Path)
folder = click.Path(file_okay=False, path_type=Path)
PRIVATE_FILE, PUBLIC_FILE = "officer.key", "officer.pub"


@dataclass(frozen=True, slots=True)
class Draw:
    """How people are drawn from the list; without a size all of them are."""

    size: int | None
    seed: int | None
    method: Method


@dataclass(frozen=True, slots=True)
class Order:
    """One call of `invite`."""

    wave_key: str
    unit: str
    audience: str
    frame: Path
    officer_key: Path
    letters: Path
    draw: Draw
    another_round: bool


@cli.command("officer-key")
@click.argument("folder", type=folder)
@click.password_option(
    "--passphrase", prompt="Passphrase / Cụm mật khẩu", help="Asked for when left out."
)
def officer_key(folder: Path, passphrase: str) -> None:
    """Make the mailing officer's keys, on the officer's own machine. / Tạo khóa cho cán bộ gửi thư."""
    private, public = sealing.make_officer_keys(passphrase)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _all_or_nothing(_keys_exist) as write:
        write(folder / PRIVATE_FILE, private.encode())
        write(folder / PUBLIC_FILE, public.encode())
    say(f"✓ {folder / PRIVATE_FILE}\n✓ {folder / PUBLIC_FILE}")
    click.echo(sealing.fingerprint(sealing.read_public(public, PUBLIC_FILE)))


@cli.command()
@wave_argument
@click.option("--unit", required=True, help="Official code. / Mã đơn vị.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="residents", show_default=True)
@click.option(
    "--frame", type=existing, required=True, help="The list, .csv or .xlsx. / Danh sách."
)
@click.option("--officer-key", type=existing, required=True, help=f"{PUBLIC_FILE}.")
@click.option(
    "--letters", type=folder, required=True, help="A folder for the printer. / Thư mục để in."
)
@click.option("--draw", "size", type=int, help="So many; left out: everybody. / Số người rút.")
@click.option("--seed", type=click.IntRange(0), help="Of the draw. / Số gieo để rút lại được.")
@click.option("--method", type=click.Choice(tuple(frames.DRAWS)), default="simple")
@click.option(
    "--another-round", is_flag=True, help="Other people than before. / Mời thêm những người khác."
)
@click.option("--public-url", help="Left out: SURVEY_PUBLIC_URL. / Địa chỉ trang.")
@json_option
def invite(
    *,
    wave_key: str,
    unit: str,
    audience: str,
    frame: Path,
    officer_key: Path,
    letters: Path,
    size: int | None,
    seed: int | None,
    method: Method,
    another_round: bool,
    public_url: str | None,
    as_json: bool,
) -> None:
    """Make a code and a letter for each drawn person. / Tạo mã và thư mời cho người được rút.

    The letters are written once, for the printer; no code is kept in the instance. Addresses are
    sealed to the officer. Nobody can find out later who got which code.
    """
    draw = Draw(size, seed, method)
    order = Order(wave_key, unit, audience, frame, officer_key, letters, draw, another_round)
    with opened() as instance:
        site = origin(public_url) if public_url else instance.settings.public_url
        if site is None:
            raise Refusal("public_url_missing")
        files, about = _invite(instance, order, site)
    for file in files:
        say(f"✓ {file}")
    if as_json:
        put({"wave": wave_key, **about, "files": files})


@cli.command("open-contacts")
@click.argument("file", type=existing)
@click.option("--key", type=existing, required=True, help=f"{PRIVATE_FILE}.")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option(
    "--passphrase",
    prompt="Passphrase / Cụm mật khẩu",
    hide_input=True,
    help="Asked for when left out.",
)
def open_contacts(file: Path, key: Path, target: Path, passphrase: str) -> None:
    """Read sealed addresses for a reminder, which goes to everybody. / Mở địa chỉ để gửi thư nhắc.

    Nobody knows who has answered, so everybody is reminded, without a code.
    """
    people = sealing.open_sealed(
        file.read_text(encoding="utf-8"), file.name, key.read_text(), key.name, passphrase
    )
    table = io.StringIO(newline="")
    rows = csv.DictWriter(table, [column.name for column in fields(Person)])
    rows.writeheader()
    rows.writerows(people)
    with _all_or_nothing() as write:
        write(target, table.getvalue().encode("utf-8-sig"))  # table programs know it as UTF-8
    say(f"✓ {target} ({len(people)})")


def _invite(instance: Instance, order: Order, site: str) -> tuple[list[str], dict[str, object]]:
    """The files that were written, and what the trail keeps: no name, no code."""
    _demand_elsewhere(order.letters, instance.settings)
    key_text = order.officer_key.read_text(encoding="utf-8", errors="replace")
    officer = sealing.read_public(key_text, order.officer_key.name)
    content = order.frame.read_bytes()
    people = _people(content, order.frame.name)
    drawn = _drawn(people, order.draw)
    about: dict[str, object] = {
        "unit": order.unit,
        "audience": order.audience,
        "frame_sha256": hashlib.sha256(content).hexdigest(),
        "people": len(people),
        "invited": len(drawn),
        "strata": dict(sorted(Counter(person.stratum for person in drawn).items())),
        "seed": order.draw.seed,
        "method": order.draw.method if order.draw.size else None,
        "another_round": order.another_round,
        "officer": sealing.fingerprint(officer),
    }
    heading = {"wave": order.wave_key, "unit": order.unit, "audience": order.audience}
    sealed = sealing.seal(officer, heading, [asdict(person) for person in drawn])
    stem = f"{order.unit}-{order.audience}"
    # Letters appear when their codes are stored, which is when all of them are written.
    with _all_or_nothing() as write, transaction(instance.engine) as session:
        for number, pdf in enumerate(_letters(session, instance, order, drawn, site), start=1):
            write(order.letters / f"letters-{stem}-{number}.pdf", pdf)
        write(order.letters / f"contacts-{stem}.sealed", sealed.encode())
        audit.record(session, None, "people_invited", order.wave_key, clock.now(), **about)
    return sorted(str(file) for file in write.files), about


def _letters(
    session: Session, instance: Instance, order: Order, drawn: Sequence[Person], site: str
) -> Iterator[bytes]:
    wave = wave_of(session, order.wave_key)
    place = inviting.place(session, wave, order.unit, order.audience, clock.now())
    strata = [each.stratum for each in drawn]
    codes = inviting.invite(
        session, place, strata, instance.keys, another_round=order.another_round
    )
    asked = next(each for each in wave.questionnaires if each.audience == order.audience)
    form = instance.library.questionnaires[asked.questionnaire, asked.version]
    unit = session.get_one(Unit, place.unit_id)
    occasion = Occasion(wave, unit, order.audience, site, form.minutes)
    return print_shop.letters(occasion, list(zip(drawn, codes, strict=True)))


def _people(content: bytes, file_name: str) -> tuple[Person, ...]:
    frame = frames.read_frame(content, file_name)
    for line in print_shop.fault_lines(frame.faults):
        say(line)
    if frame.faults:
        raise Refusal("frame_faults", file=file_name, count=len(frame.faults))
    return frame.people


def _drawn(people: Sequence[Person], draw: Draw) -> Sequence[Person]:
    if draw.size is None:
        return people
    if draw.seed is None:
        raise Refusal("seed_missing")
    return frames.draw(people, draw.size, draw.seed, draw.method)


def _demand_elsewhere(target: Path, settings: Settings) -> None:
    address = make_url(settings.database_url)
    homes = [settings.folder]
    if address.get_backend_name() == "sqlite" and address.database:
        homes.append(Path(address.database).parent)
    if any(target.resolve().is_relative_to(home.resolve()) for home in homes):
        raise Refusal("letters_inside_instance", folder=str(target))


def _letters_exist(path: Path) -> Refusal:
    return Refusal("letters_exist", file=str(path))


def _keys_exist(path: Path) -> Refusal:
    return Refusal("officer_keys_exist", file=str(path))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Files that only their owner may read, none of which overwrites another."""

    refusal: Callable[[Path], Refusal]  # of a file that is there already
    files: list[Path] = field(default_factory=list)

    def __call__(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise self.refusal(path)
        self.files.append(path)
        descriptor = os.open(_part(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())


@contextmanager
def _all_or_nothing(refusal: Callable[[Path], Refusal] = _letters_exist) -> Iterator[_Desk]:
    """What is written has its name when all went well, and is gone when not."""
    desk = _Desk(refusal)
    try:
        yield desk
        for path in desk.files:
            _part(path).rename(path)
    finally:
        for path in desk.files:
            _part(path).unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
