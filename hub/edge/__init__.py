"""The door: HTTP in, HTTP out. Nothing leaves through it before the record is written."""
