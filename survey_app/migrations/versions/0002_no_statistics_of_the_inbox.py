"""no statistics of the inbox: PostgreSQL's planner would keep samples of its keys and moments"""

from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = [
    "submission_key",
    "receipt_code",
    "content_sha256",
    "open_text",
    "received_at",
    "wave_id",
    "unit_id",
    "audience",
    "channel",
    "questionnaire",
    "language",
    "block",
    "stratum",
    "cluster",
    "weighting_class",
    "duration_class",
    "helped",
    "answers",
]


def upgrade():
    _keep(0)


def downgrade():
    _keep(-1)  # as the server is set


def _keep(samples):
    if op.get_bind().dialect.name == "postgresql":
        for column in COLUMNS:
            op.execute(f"ALTER TABLE inbox ALTER COLUMN {column} SET STATISTICS {samples}")
