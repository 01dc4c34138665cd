"""Dagster only: what depends on what, for whom, and when. Domain code lives in the other packages.

`build_defs` in `assets.build` puts it together; `cerniq.definitions` gives it its settings.
"""

import warnings

from dagster import BetaWarning, PreviewWarning

# Checks with partitions of their own and multi-dimensional mappings are previews of Dagster's: used knowingly.
warnings.filterwarnings("ignore", category=PreviewWarning)
warnings.filterwarnings("ignore", category=BetaWarning)
