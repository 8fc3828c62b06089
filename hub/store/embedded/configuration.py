"""What the server is told: how it listens, who may come in, what it must never write to its log."""

from __future__ import annotations

from pathlib import Path

from hub.store.embedded.account import Account
from hub.store.embedded.folder import PORT

_ALWAYS = f"""\
listen_addresses = ''
port = {PORT}
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = '128MB'
timezone = 'UTC'
log_timezone = 'UTC'
cluster_name = 'bofast'
# Short statements on few cores: neither pays.
jit = off
max_parallel_workers_per_gather = 0
random_page_cost = 1.1
# INVARIANT: no value and no statement reaches the log. The message of an error may quote either, so errors stay out.
log_min_messages = 'log'
log_statement = 'none'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_duration_statement = -1
log_autovacuum_min_duration = -1
"""
_DURABLE = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n"
# For tests only: a crash of the machine may lose everything, a crash of the server nothing.
_FAST = "fsync = off\nfull_page_writes = off\nwal_level = 'minimal'\nmax_wal_senders = 0\n"


def write(cluster: Path, socket_folder: Path, account: Account, *, durable: bool) -> None:
    """Write the three files of configuration. They are ours alone, so they are written anew at each start."""
    settings = f"unix_socket_directories = '{socket_folder}'\n{_ALWAYS}{_DURABLE if durable else _FAST}"
    access = (
        "# Administrators by their system account, everybody else by password. No network.\n"
        "local all postgres peer map=administrators\n"
        "local all all scram-sha-256\n"
    )
    administrators = "".join(f"administrators {name} postgres\n" for name in account.administrators)
    for name, text in (("postgresql.conf", settings), ("pg_hba.conf", access), ("pg_ident.conf", administrators)):
        (cluster / name).write_text(text)
