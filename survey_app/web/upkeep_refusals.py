"""What only whoever looks after the server meets: refusals of backups and of restoring them."""

from survey_app.web.i18n import gettext as _
from survey_app.web.wording import Wording

UPKEEP: dict[str, Wording] = {
    "backup_absent": Wording(lambda: _("There is no file %(file)s."), 404),
    "backup_damaged": Wording(
        lambda: _(
            "%(file)s is no whole backup: it was cut off or changed. Nothing was restored. Use another one."
        ),
        400,
    ),
    "backup_exists": Wording(
        lambda: _("There is a file %(file)s already. A backup never overwrites another."), 409
    ),
    "backup_failed": Wording(
        lambda: _(
            "The backup could not be written to %(file)s: %(reason)s. Nothing half-finished was left there."
        ),
        409,
    ),
    "backup_folder_absent": Wording(
        lambda: _("There is no folder %(folder)s. Make it first."), 404
    ),
    "backup_needs_sqlite": Wording(
        lambda: _(
            "The database of this instance is %(database)s. Back it up with its own tools, as docs/operations.md says."
        ),
        409,
    ),
    "backup_newer": Wording(
        lambda: _(
            "%(file)s comes from a newer version of this software. Install that version first."
        ),
        409,
    ),
    "backup_of_another_secret": Wording(
        lambda: _(
            "%(file)s was not made with this secret.key, or it was changed on purpose. Put the right secret.key in place. Only if you know where the file comes from: --other-key"
        ),
        409,
    ),
    "database_damaged": Wording(
        lambda: _("The database is damaged: %(fault)s. Restore a backup into an empty folder."),
        409,
    ),
    "instance_holds_data": Wording(
        lambda: _(
            "%(folder)s holds an instance with %(held)s answers. The backup of %(made_at)s has %(answers)s. To replace the instance, add --replace; it is backed up first."
        ),
        409,
    ),
    "instance_in_use": Wording(
        lambda: _("A server or a command is working in %(folder)s. Stop it first."), 409
    ),
    "restore_failed": Wording(
        lambda: _("%(file)s could not be restored: %(reason)s. The instance is as it was."), 409
    ),
    "secret_absent": Wording(
        lambda: _(
            "%(file)s is missing. Put the one of the backed-up instance there (mode 600). If it is lost, add --other-key: then answers that are sent a second time count twice."
        ),
        409,
    ),
}
