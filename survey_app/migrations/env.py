"""Runs the migrations on the connection that `services.instances` hands over."""

from alembic import context

from survey_app.models import Base
from survey_app.models.base import Moment


def render_item(kind, item, _context):
    """Our own type by its plain name: a migration must not change when the models do."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
