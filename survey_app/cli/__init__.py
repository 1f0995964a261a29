"""The `survey-app` command: results on standard output, everything else on standard error.

Exit status: 0 fine, 1 a finding, 2 refused, with the reason in both languages.
"""

import sys

import click

from survey_app.cli import (
    backups,
    exports,
    fieldwork,
    figures,
    imports,
    inviting,
    people,
    posters,
    serving,
    translations,
    upkeep,
)
from survey_app.cli.door import REFUSED, cli
from survey_app.errors import Refusal
from survey_app.instrument.faults import DefinitionFault
from survey_app.web.errors import in_all_languages

__all__ = [
    "backups",
    "cli",
    "exports",
    "fieldwork",
    "figures",
    "imports",
    "inviting",
    "main",
    "people",
    "posters",
    "serving",
    "translations",
    "upkeep",
]


def main() -> None:
    """Run a command; what is refused becomes words and exit status 2."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except Refusal as refusal:
        _refuse(in_all_languages(refusal))
    except DefinitionFault as fault:
        _refuse("\n".join(f"{each.file} {each.item}: {each.what}" for each in fault.faults))
    except click.ClickException as error:
        error.show()
        sys.exit(REFUSED)


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(REFUSED)
