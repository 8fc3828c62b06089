"""The database: tables, migrations, the embedded server, and two ways in: a pool for reading, sessions for commands."""
