"""What the daemon serves over HTTP. Uses the public API only, like the command line."""
