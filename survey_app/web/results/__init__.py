"""Results of published waves, for everybody."""

from survey_app.web.results import views
from survey_app.web.results.door import blueprint

__all__ = ["blueprint", "views"]
