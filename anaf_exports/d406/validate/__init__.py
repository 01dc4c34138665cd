"""Judging a D406: what the official validator says, and what it does not look at.

`validate(path)` streams the file; period and submission type come from its header. Data comes from a file
alone: nothing here knows a lake or a tenant.
"""

from anaf_exports.d406.validate.report import Finding, Report
from anaf_exports.d406.validate.run import validate

__all__ = ["Finding", "Report", "validate"]
