"""Write a configuration that points the monitor at a newsroom."""

import json
from pathlib import Path

from tests.newsroom.room import DESK_HOST, RoomInfo

OUTLETS = Path(__file__).with_name("outlets.toml")
CORPUS = Path(__file__).parent / "corpus"


def config_toml(data_dir: Path, room_info: RoomInfo, clock_file: Path) -> str:
    """Return the text of a monitor.toml: every host leads to the newsroom, time comes from the driven clock.

    `fetch.gap` is zero, since the newsroom's hosts need no sparing; its robots.txt still asks what it asks.
    """
    resolve = "\n".join(f"{_quoted(host)} = {_quoted(here)}" for host, here in room_info.resolve.items())
    return (
        f"data_dir = {_quoted(data_dir)}\n\n"
        f'[fetch]\nca_file = {_quoted(room_info.ca_file)}\ncontact = "https://{DESK_HOST}/contact"\ngap = "0s"\n\n'
        f"[fetch.resolve]\n{resolve}\n\n"
        f"[daemon]\nclock_file = {_quoted(clock_file)}\n\n"
        f"[corpus]\noutlets = [{_quoted(OUTLETS)}]\n"
    )


def _quoted(value: str | Path) -> str:
    return json.dumps(str(value), ensure_ascii=False)  # a JSON string is a TOML basic string
