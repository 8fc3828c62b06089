"""The types of the unified schema, one module per source."""
