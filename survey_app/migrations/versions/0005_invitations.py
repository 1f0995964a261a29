"""invitation codes of the drawn channel"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.create_table(
        "invitation",
        sa.Column("token_mac", sa.String(length=64), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("stratum", sa.String(length=40), nullable=False),
        sa.Column("spent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "audience in ('residents', 'businesses')", name=op.f("ck_invitation_audience")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit_id"],
            ["wave_unit.wave_id", "wave_unit.unit_id"],
            name=op.f("fk_invitation_wave_id_unit_id_wave_unit"),
        ),
        sa.PrimaryKeyConstraint("token_mac", name=op.f("pk_invitation")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_wave_id_unit_id_audience"),
            ["wave_id", "unit_id", "audience"],
            unique=False,
        )


def downgrade():
    op.drop_table("invitation")
