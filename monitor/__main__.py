"""`python -m monitor` is the command `monitor`."""

from monitor.cli.app import main

main()
