"""Every code that a service refuses with, in words, and the status a page answers with."""

from survey_app.web.action_refusals import ACTIONS
from survey_app.web.i18n import gettext as _
from survey_app.web.invitation_refusals import INVITATIONS
from survey_app.web.screening_refusals import SCREENING
from survey_app.web.serving_refusals import SERVING
from survey_app.web.upkeep_refusals import UPKEEP
from survey_app.web.wording import Wording

WORDINGS: dict[str, Wording] = {
    **SERVING,
    **UPKEEP,
    **INVITATIONS,
    **ACTIONS,
    **SCREENING,
    "account_disabled": Wording(lambda: _("This account is closed. Ask your administrator."), 403),
    "calibration_altered": Wording(
        lambda: _(
            "Version %(version)s of the calibration is not the one that was saved. Restore it from a backup."
        ),
        409,
    ),
    "calibration_missing": Wording(
        lambda: _(
            "The campaign has no calibration yet. An expert saves one on the calibration page."
        ),
        409,
    ),
    "channel_not_offered": Wording(
        lambda: _("This wave takes no answers in this way (%(channel)s)."), 409
    ),
    "channels_missing": Wording(lambda: _("Choose at least one way to answer."), 400),
    "collector_missing": Wording(lambda: _("Who collected this answer is missing."), 400),
    "database_not_unicode": Wording(
        lambda: _(
            "The PostgreSQL database is encoded in %(encoding)s, which cannot hold Vietnamese. Make it with ENCODING 'UTF8'."
        ),
        503,
    ),
    "database_setting_unfit": Wording(
        lambda: _(
            'SURVEY_DATABASE names no database that can be used (%(reason)s). PostgreSQL: postgresql+psycopg://user@host/name, with the extra "postgres" installed.'
        ),
        503,
    ),
    "database_unreachable": Wording(
        lambda: _(
            "The database %(database)s cannot be reached. Is its server running, and is SURVEY_DATABASE right? It says: %(reason)s"
        ),
        503,
    ),
    "dataset_altered": Wording(
        lambda: _(
            "The file of answers is not the one that was frozen: %(dataset)s. Restore it from a backup."
        ),
        409,
    ),
    "dataset_code_unknown": Wording(
        lambda: _(
            "The column %(column)s of %(file)s has the code %(found)s, which no answer has."
        ),
        400,
    ),
    "dataset_column_unfit": Wording(
        lambda: _(
            "The column %(column)s of %(file)s is missing, or is not of the type that a dataset has."
        ),
        400,
    ),
    "dataset_empty": Wording(lambda: _("There is no Parquet file in %(folder)s."), 400),
    "dataset_missing": Wording(
        lambda: _("The file of answers is missing: %(dataset)s. Restore it from a backup."), 409
    ),
    "demonstration_exists": Wording(lambda: _("The demonstration is there already."), 409),
    "display_name_missing": Wording(lambda: _("Enter the person's full name."), 400),
    "file_empty": Wording(lambda: _("%(file)s is empty. Use the template."), 400),
    "file_missing": Wording(lambda: _("Choose a file first."), 400),
    "file_too_large": Wording(
        lambda: _("%(file)s is larger than such a table can be. Use the template."), 413
    ),
    "file_unreadable": Wording(
        lambda: _(
            "%(file)s cannot be read. Save it as an Excel workbook (.xlsx) or as CSV UTF-8, and send it again."
        ),
        400,
    ),
    "framework_unknown": Wording(
        lambda: _("There is no set of indicators called %(framework)s here."), 400
    ),
    "inbox_not_empty": Wording(
        lambda: _("Some answers are still being shuffled. Try again in a minute."), 409
    ),
    "instance_exists": Wording(lambda: _("There is an instance in %(folder)s already."), 409),
    "instance_missing": Wording(
        lambda: _("There is no instance in %(folder)s. Make one with: survey-app init"), 409
    ),
    "java_missing": Wording(
        lambda: _("There is no Java on this machine. Spark needs it: install Java 17."), 409
    ),
    "key_malformed": Wording(
        lambda: _("A short name has 1 to 40 small letters without tones, digits and hyphens."), 400
    ),
    "key_taken": Wording(
        lambda: _("The short name %(key)s is used already. Choose another one."), 409
    ),
    "key_used_otherwise": Wording(
        lambda: _(
            "Other answers were already sent from this form. They are kept; these were not stored."
        ),
        409,
    ),
    "last_role": Wording(
        lambda: _(
            "The last role cannot be taken away. Give another role first, or close the account."
        ),
        409,
    ),
    "loopback_only": Wording(
        lambda: _(
            "This demonstration account works only on the machine that runs the demonstration."
        ),
        403,
    ),
    "microdata_empty": Wording(lambda: _("%(file)s has no answers below its heading."), 400),
    "microdata_faults": Wording(
        lambda: _("%(file)s was not imported, because of %(count)s faults:\n%(faults)s"), 400
    ),
    "microdata_unreadable": Wording(
        lambda: _("%(file)s cannot be read. Save it as CSV UTF-8."), 400
    ),
    "not_analysed": Wording(
        lambda: _("This wave has not been analysed yet, so there are no results to read."), 404
    ),
    "not_found": Wording(lambda: _("This page or entry does not exist."), 404),
    "not_oneself": Wording(
        lambda: _("Nobody changes their own account or roles. Ask another administrator."), 403
    ),
    "not_permitted": Wording(lambda: _("Your account does not allow this."), 403),
    "nothing_changed": Wording(lambda: _("Nothing differs from the latest calibration."), 400),
    "old_password_wrong": Wording(lambda: _("The current password is not right."), 400),
    "parameter_out_of_range": Wording(
        lambda: _("The value of %(parameter)s is outside of what makes sense."), 400
    ),
    "password_too_common": Wording(
        lambda: _(
            "This password is among the first that are tried by strangers. Choose words that do not belong together."
        ),
        400,
    ),
    "password_too_long": Wording(lambda: _("A password has at most %(longest)s characters."), 400),
    "password_too_short": Wording(
        lambda: _("A password has at least %(shortest)s characters."), 400
    ),
    "password_unchanged": Wording(
        lambda: _("The new password is the same as the current one."), 400
    ),
    "passwords_differ": Wording(lambda: _("The new password and its repetition differ."), 400),
    "perception_hidden": Wording(
        lambda: _(
            "You enter the self-scores of this unit. What people answered is shown to you once these self-scores are sealed."
        ),
        403,
    ),
    "period_backwards": Wording(lambda: _("The end must be later than the beginning."), 400),
    "period_over": Wording(
        lambda: _("The period of this wave is over. Copy it into a new wave with a later period."),
        409,
    ),
    "port_taken": Wording(
        lambda: _("Port %(port)s is in use on this machine. Choose another one with --port."), 409
    ),
    "questionnaire_changed": Wording(
        lambda: _(
            "The file of %(questionnaire)s was changed after the wave was registered. Put the registered file back."
        ),
        409,
    ),
    "questionnaire_of_other_audience": Wording(
        lambda: _(
            "The questionnaire %(questionnaire)s is made for others, or for another set of indicators."
        ),
        400,
    ),
    "questionnaire_unknown": Wording(
        lambda: _("There is no questionnaire %(questionnaire)s here."), 409
    ),
    "questionnaires_missing": Wording(lambda: _("Choose at least one questionnaire."), 400),
    "reason_missing": Wording(lambda: _("Say in a sentence why the calibration is changed."), 400),
    "release_exposes": Wording(
        lambda: _(
            "The results were not published: %(figures)s figures would tell what single people answered. "
            "Analyse the wave again; if it stays so, ask whoever runs this installation."
        ),
        409,
    ),
    "role_already_granted": Wording(lambda: _("This person has that role there already."), 409),
    "role_unknown": Wording(lambda: _("Choose one of the roles."), 400),
    "run_differs": Wording(
        lambda: _(
            "This engine finds other figures than those that are stored as run %(run)s. Nothing was changed."
        ),
        409,
    ),
    "run_missing": Wording(
        lambda: _(
            "Nothing has been analysed under the registered calibration yet. Analyse the wave first."
        ),
        409,
    ),
    "scores_missing": Wording(
        lambda: _("There is no self-score to seal yet. Enter and save some first."), 409
    ),
    "scores_sealed": Wording(
        lambda: _("These self-scores are sealed. They cannot be changed any more."), 409
    ),
    "scores_too_late": Wording(
        lambda: _(
            "The results of this wave have been computed. "
            "Self-scores can no longer be entered or sealed for it."
        ),
        409,
    ),
    "secret_damaged": Wording(lambda: _("%(file)s is damaged. Restore it from a backup."), 409),
    "secret_exposed": Wording(
        lambda: _("Others can read %(file)s. Take that right away first: chmod 600 %(file)s"), 409
    ),
    "sign_in_busy": Wording(
        lambda: _("Too many people are signing in at this moment. Try again in a few seconds."),
        503,
    ),
    "sign_in_failed": Wording(lambda: _("User name and password do not belong together."), 400),
    "sign_in_needed": Wording(
        lambda: _("You are not signed in any more. Sign in and do it again."), 401
    ),
    "spark_failed": Wording(lambda: _("Spark gave up: %(reason)s"), 409),
    "spark_master_missing": Wording(
        lambda: _("Say which cluster counts, for example: --master spark://host:7077"), 400
    ),
    "spark_missing": Wording(
        lambda: _("Spark is not installed here. Install it with: pip install gap18091[spark]"), 409
    ),
    "spark_unreachable": Wording(
        lambda: _(
            "The Spark master %(master)s does not answer. Check its address and whether it runs."
        ),
        409,
    ),
    "too_many_attempts": Wording(
        lambda: _("Too many failed attempts. Wait %(minutes)s minutes, then try again."), 429
    ),
    "trial_full": Wording(
        lambda: _("Many trial forms lie here already. Empty the trial of this wave first."), 409
    ),
    "unit_not_in_wave": Wording(lambda: _("This unit does not take part in the wave."), 404),
    "unit_unclear": Wording(
        lambda: _("Several units have this name. Choose the one you mean."), 400
    ),
    "unit_unknown": Wording(
        lambda: _("There is no unit of this name or code. Check the spelling."), 400
    ),
    "unit_unsuitable": Wording(
        lambda: _(
            "%(unit)s is not a unit of this campaign today. Choose units under the unit that runs the campaign."
        ),
        400,
    ),
    "units_missing": Wording(lambda: _("Choose at least one unit."), 400),
    "user_name_form": Wording(
        lambda: _("A user name has 2 to 60 small letters without tones, digits, dots or hyphens."),
        400,
    ),
    "user_name_taken": Wording(
        lambda: _("There is an account with the user name %(user_name)s already."), 409
    ),
    "wave_analysed": Wording(
        lambda: _("The wave has been analysed. Its population figures stay as they are."), 409
    ),
    "wave_in_other_state": Wording(
        lambda: _(
            "This step is not possible now: somebody may have taken it already. Reload the page of the wave."
        ),
        409,
    ),
    "wave_not_open": Wording(lambda: _("This survey takes no answers at the moment."), 410),
    "wave_still_open": Wording(
        lambda: _("The wave is not closed yet. Close it first, then analyse it."), 409
    ),
    "wave_unknown": Wording(lambda: _("There is no wave %(wave)s."), 404),
}
