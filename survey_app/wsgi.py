"""For servers that want a WSGI callable: `gunicorn survey_app.wsgi:app`."""

from survey_app.config import settings_from
from survey_app.instance import open_instance
from survey_app.web.app import create_app

app = create_app(open_instance(settings_from()))
