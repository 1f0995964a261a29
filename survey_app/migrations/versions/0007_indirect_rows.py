"""what indirect questions say"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "indirect_row",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("indicator", sa.String(length=8), nullable=False),
        sa.Column("evidence", sa.String(length=1), nullable=False),
        sa.Column("n_control", sa.Integer(), nullable=False),
        sa.Column("n_treated", sa.Integer(), nullable=False),
        sa.Column("n_refused", sa.Integer(), nullable=False),
        sa.Column("collectors", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Double(), nullable=True),
        sa.Column("se", sa.Double(), nullable=True),
        sa.Column("df", sa.Double(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("p_design", sa.Double(), nullable=True),
        sa.Column("control", sa.JSON(), nullable=False),
        sa.Column("treated", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_indirect_row_run_id_run")),
        sa.PrimaryKeyConstraint(
            "run_id", "audience", "item", "place", "series", name=op.f("pk_indirect_row")
        ),
    )


def downgrade():
    op.drop_table("indirect_row")
