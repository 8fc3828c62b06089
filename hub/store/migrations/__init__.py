"""Migrations. Each stands as it was written, and imports nothing that may change after it."""
