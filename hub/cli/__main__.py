"""`python -m hub.cli` is `bofast`."""

from hub.cli import main

main()
