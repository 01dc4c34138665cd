"""A simulated company that writes to the modules' own tables as an ERP would; see `docs/simulated-company.md`."""

from cerniq.simulation.live import live
from cerniq.simulation.plan import CompanyPlan, demo_plans
from cerniq.simulation.writer import WriteReport, prepare, write

__all__ = ["CompanyPlan", "WriteReport", "demo_plans", "live", "prepare", "write"]
