"""The first people of an instance; everybody else is added in the office."""

import click

from survey_app import clock
from survey_app.cli.door import cli, opened, say
from survey_app.db import transaction
from survey_app.errors import Refusal
from survey_app.models.staff import ROLES
from survey_app.models.units import Unit
from survey_app.services import people, units
from survey_app.services.people import Newcomer


@cli.command("add-person")
@click.argument("user_name", metavar="NAME")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True)
@click.option("--unit", "unit_code", help="Official code; left out: everywhere. / Mã đơn vị.")
@click.option("--display-name", help="As others see it. / Họ và tên.")
def add_person(user_name: str, role: str, unit_code: str | None, display_name: str | None) -> None:
    """Add somebody; prints a password for the first sign-in. / Thêm người dùng."""
    with opened() as instance, transaction(instance.engine) as session:
        unit = None
        if unit_code is not None:
            row = units.unit_by_code(session, unit_code)
            if row is None:
                raise Refusal("unit_unknown", unit=unit_code)
            unit = session.get_one(Unit, row.id)
        newcomer = Newcomer(user_name, display_name or user_name, role, unit)
        issued = people.add_member(session, None, newcomer, clock.now())
        password = issued.password
    say(f"✓ {user_name} ({role}); password / mật khẩu:")
    click.echo(password)
