"""A local web of invented outlets for tests, benchmarks and the demo.

It serves eight outlets in six languages on loopback, as of the time a driven clock file tells: `sites.toml` says
where they live, `texts/` what they publish, `events.toml` what happens to it, `templates/` how their pages look,
`corpus/` what somebody saved earlier, `outlets.toml` how the monitor knows them. Start with `room.Newsroom`.
"""
