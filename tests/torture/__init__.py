"""The torture of the archive: kills, power cuts, failing disks. `python -m tests.torture`, or `make torture`.

What is promised, and what the long form measured, is docs/durability.md. In `make test` a short form runs
(tests/e2e/test_torture.py); both are the same code with other numbers.

    press       a web of outlets that never rest, and remembers what it served
    lives       run `monitor` as a process on an archive of that web, to its end or to its death
    said        what a life said in its log: an event is logged once it is committed, so it is an acknowledgement
    warcs       read evidence files with three readers, and hold each record against its capture
    examining   look at an archive as a stranger would: database, files, records, captures, and all that was said
    recovering  let an archive mend itself, and look at it then; what is left over `verify` must name
    kills       kill -9, again and again, at random points of the work, one archive through all of it
    tracing     which bytes a life wrote, which names it gave, and what it synced, as strace saw it
    disks       a disk that forgets what was not synced, and what a power cut may leave of it
    cuts        cut the power of such a disk at random points, and open what is left
    faults      let every write, sync and rename of a visit fail once, with ENOSPC and with EIO
    small_disk  fill a small disk with visits until nothing goes in
"""
