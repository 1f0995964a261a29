"""Results of published waves, for everybody."""

from survey_app.web.results.door import blueprint

__all__ = ["blueprint"]
