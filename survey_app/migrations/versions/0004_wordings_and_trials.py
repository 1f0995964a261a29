"""titles in further languages, and the table of trial answers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    for table in ("campaign", "wave"):
        wordings = sa.Column("wordings", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
        op.add_column(table, wordings)
    op.create_table(
        "trial_answer",
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("questionnaire", sa.String(length=61), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("open_text", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_trial_answer_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_trial_answer_wave_id_wave")
        ),
        sa.PrimaryKeyConstraint("submission_key", name=op.f("pk_trial_answer")),
    )
    op.create_index(op.f("ix_trial_answer_wave_id"), "trial_answer", ["wave_id"])


def downgrade():
    op.drop_table("trial_answer")
    for table in ("wave", "campaign"):
        op.drop_column(table, "wordings")
