"""A real PostgreSQL from a wheel, kept under the data folder.

data/               0700
  postgres/         the cluster
  run/              its socket (or a link to a short path, where this one is too long for a socket)
  roles.json        0600, the passwords of the roles
  postgres.log
"""

from hub.store.embedded.account import NoAccount
from hub.store.embedded.folder import FolderRefused
from hub.store.embedded.process import ServerFailed
from hub.store.embedded.server import DATABASE, EmbeddedServer

__all__ = ["DATABASE", "EmbeddedServer", "FolderRefused", "NoAccount", "ServerFailed"]
