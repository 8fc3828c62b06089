"""What Alembic runs a migration in: one transaction, as the role that owns everything."""

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from hub.store.migrate import OWNER, is_compared, is_known
from hub.store.session import driver_url


def _run(connection: sa.Connection) -> None:
    # Everything must belong to the owner, whoever connects (a superuser may).
    if connection.scalar(sa.text("SELECT current_user")) != OWNER:
        connection.execute(sa.text(f"SET ROLE {OWNER}"))
    # One replica at a time; those that waited find nothing left to do.
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('bofast.migrations'))"))
    connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS hub"))
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        version_table_schema="hub",
        include_schemas=True,
        include_name=is_known,
        include_object=is_compared,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def _url() -> sa.URL:
    """From hub/store/migrate.py, or of a developer's own database: `alembic -x dsn=postgresql://... check`."""
    given = context.config.attributes.get("url")
    return given or driver_url(context.get_x_argument(as_dictionary=True)["dsn"])


async def _main() -> None:
    engine = create_async_engine(_url(), poolclass=sa.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
