"""what officials answer to gaps, the council's decisions, actions with their steps and evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_file_size")),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_evidence_file_author_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title_vi", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("expected", sa.String(length=4), nullable=False),
        sa.Column("expected_points", sa.Double(), nullable=False),
        sa.Column("budget_note", sa.Text(), nullable=False),
        sa.Column("evidence_note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_by_id is not null)", name=op.f("ck_action_verified")
        ),
        sa.CheckConstraint("expected in ('rise', 'hold')", name=op.f("ck_action_expected")),
        sa.CheckConstraint(
            "state in ('received', 'planned', 'under_way', 'done', 'verified')",
            name=op.f("ck_action_state"),
        ),
        sa.CheckConstraint("expected_points between 0 and 100", name=op.f("ck_action_points")),
        sa.CheckConstraint(
            "verified_by_id <> owner_id", name=op.f("ck_action_verified_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_member.id"], name=op.f("fk_action_owner_id_staff_member")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_action_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["staff_member.id"],
            name=op.f("fk_action_verified_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit_id"],
            ["wave_unit.wave_id", "wave_unit.unit_id"],
            name=op.f("fk_action_wave_id_unit_id_wave_unit"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_action_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_action_unit_id_state"), ["unit_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_action_wave_id_unit_id_indicator"),
            ["wave_id", "unit_id", "indicator"],
            unique=False,
        )

    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer in ('accept', 'contest', 'explain')", name=op.f("ck_review_answer")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff_member.id"], name=op.f("fk_review_author_id_staff_member")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_review_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit_id"],
            ["wave_unit.wave_id", "wave_unit.unit_id"],
            name=op.f("fk_review_wave_id_unit_id_wave_unit"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_review_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "wave_id",
            "unit_id",
            "indicator",
            "version",
            name=op.f("uq_review_wave_id_unit_id_indicator_version"),
        ),
    )
    with op.batch_alter_table("review") as batch_op:
        batch_op.create_index(batch_op.f("ix_review_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "action_file",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_file_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["evidence_file.id"], name=op.f("fk_action_file_file_id_evidence_file")
        ),
        sa.PrimaryKeyConstraint("action_id", "file_id", name=op.f("pk_action_file")),
    )
    op.create_table(
        "action_step",
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_step_action_id_action")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff_member.id"], name=op.f("fk_action_step_author_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_member.id"], name=op.f("fk_action_step_owner_id_staff_member")
        ),
        sa.PrimaryKeyConstraint("action_id", "version", name=op.f("pk_action_step")),
    )
    op.create_table(
        "council_decision",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision in ('stands', 'upheld')", name=op.f("ck_council_decision_decision")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_council_decision_author_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_council_decision_review_id_review")
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_council_decision")),
    )
    op.create_table(
        "review_file",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["evidence_file.id"], name=op.f("fk_review_file_file_id_evidence_file")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_file_review_id_review")
        ),
        sa.PrimaryKeyConstraint("review_id", "file_id", name=op.f("pk_review_file")),
    )


def downgrade():
    op.drop_table("review_file")
    op.drop_table("council_decision")
    op.drop_table("action_step")
    op.drop_table("action_file")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_unit_id"))

    op.drop_table("review")
    with op.batch_alter_table("action") as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_wave_id_unit_id_indicator"))
        batch_op.drop_index(batch_op.f("ix_action_unit_id_state"))

    op.drop_table("action")
    op.drop_table("evidence_file")
