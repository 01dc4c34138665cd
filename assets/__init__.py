"""Dagster only: what depends on what, for whom, and when. Domain code lives in the other packages.

`build_defs` in `assets.build` puts it together; `cerniq.definitions` gives it its settings.
"""
