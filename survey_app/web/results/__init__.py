"""Results of published waves, for everybody."""

import survey_app.web.results.views  # noqa: F401
from survey_app.web.results.door import blueprint

__all__ = ["blueprint"]
