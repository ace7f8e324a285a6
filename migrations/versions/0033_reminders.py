"""People are reminded of their training by mail"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("mails") as mails:
        mails.add_column(sa.Column("sender_name", sa.String(100), nullable=True))
        mails.add_column(sa.Column("reply_to", sa.String(254), nullable=True))
    with op.batch_alter_table("courses") as courses:
        courses.add_column(sa.Column("url", sa.String(500), nullable=True))
    _add_settings()
    _add_reminders()


def _add_settings() -> None:
    op.create_table(
        "reminder_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("expiring", sa.JSON(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("to_hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("sender_name", sa.String(100), nullable=True),
        sa.Column("reply_to", sa.String(254), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("keep_months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_settings")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_reminder_settings_trust")),
        sa.UniqueConstraint("trust", name=op.f("uq_reminder_settings_trust")),
        sa.CheckConstraint(
            "from_hour >= 0 AND from_hour < to_hour AND to_hour <= 24",
            name=op.f("ck_reminder_settings_hours_are_in_order"),
        ),
    )
    op.create_table(
        "reminder_holidays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_holidays")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_reminder_holidays_trust")),
    )
    op.create_index(op.f("ix_reminder_holidays_trust_first_day"), "reminder_holidays", ["trust", "first_day"])


def _add_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("send_at", db.Moment(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("fate", sa.String(30), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_reminders_trust")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_reminders_staff_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["persons.id"], name=op.f("fk_reminders_by_person_id")),
        sa.UniqueConstraint("staff_id", "day", name=op.f("uq_reminders_staff_id_day")),
        sa.UniqueConstraint("trust", "recipient", "day", name=op.f("uq_reminders_trust_recipient_day")),
    )
    op.create_index(op.f("ix_reminders_trust_id"), "reminders", ["trust", "id"])
    op.create_index(op.f("ix_reminders_fate_send_at"), "reminders", ["fate", "send_at"])
    op.create_index(op.f("ix_reminders_mail_id"), "reminders", ["mail_id"])
    op.create_table(
        "reminder_modules",
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("about", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("reminder_id", "module", name=op.f("pk_reminder_modules")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_reminder_modules_reminder_id"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("reminder_modules", "reminders", "reminder_holidays", "reminder_settings"):
        op.drop_table(table)
    with op.batch_alter_table("courses") as courses:
        courses.drop_column("url")
    with op.batch_alter_table("mails") as mails:
        mails.drop_column("reply_to")
        mails.drop_column("sender_name")
