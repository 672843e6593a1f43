"""What compaction makes of news pages: see `__main__`."""
