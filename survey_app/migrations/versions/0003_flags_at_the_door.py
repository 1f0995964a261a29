"""what the door noticed, the frozen rule about it, and what officials ruled"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    # Added in place: copied tables would keep the order of their rows, and lose "without rowid".
    for table in ("inbox", "response"):
        flags = sa.Column(
            "flags", sa.String(length=200), server_default=sa.text("''"), nullable=False
        )
        op.add_column(table, flags)
    if op.get_bind().dialect.name == "postgresql":  # as migration 0002 does for the others
        op.execute("ALTER TABLE inbox ALTER COLUMN flags SET STATISTICS 0")
    op.add_column("wave", sa.Column("screening", sa.JSON(), nullable=True))
    op.add_column("wave", sa.Column("screening_sha256", sa.String(length=64), nullable=True))
    op.create_table(
        "screening_ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("flag", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff_member.id"],
            name=op.f("fk_screening_ruling_author_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_screening_ruling_wave_id_wave")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_ruling")),
    )
    with op.batch_alter_table("screening_ruling") as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_ruling_wave_id"), ["wave_id"], unique=False)


def downgrade():
    op.drop_table("screening_ruling")
    op.drop_column("wave", "screening_sha256")
    op.drop_column("wave", "screening")
    for table in ("response", "inbox"):
        op.drop_column(table, "flags")
