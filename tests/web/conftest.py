"""The archive of tests/app behind the web server."""

from tests.app.conftest import read_here, site_rig, watcher, website

__all__ = ["read_here", "site_rig", "watcher", "website"]
