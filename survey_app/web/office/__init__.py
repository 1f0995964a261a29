"""The office: rooms behind the sign-in.

A room is a folder whose views hang themselves on the blueprint; one line here opens it.
"""

import survey_app.web.office.audit.views  # noqa: F401
import survey_app.web.office.calibration.views  # noqa: F401
import survey_app.web.office.gaps.views  # noqa: F401
import survey_app.web.office.home.views  # noqa: F401
import survey_app.web.office.margins.views  # noqa: F401
import survey_app.web.office.people.views  # noqa: F401
import survey_app.web.office.self_assessment.views  # noqa: F401
import survey_app.web.office.sign_in.views  # noqa: F401
import survey_app.web.office.waves.links  # noqa: F401
import survey_app.web.office.waves.planning  # noqa: F401
import survey_app.web.office.waves.views  # noqa: F401
from survey_app.web.office.door import blueprint

__all__ = ["blueprint"]
