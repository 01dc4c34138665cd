"""ANAF's code lists as this package's own compact tables: codes, rates and validity, no descriptions.

The tables lie in `data/`; `edition.json` names the edition they state. Nothing is read at import: `load()`
reads the small tables once, the charts of accounts and the commodity codes are read when first asked for.
"""

from anaf_exports.nomenclatures.tables import Nomenclatures, ParameterSet, TaxCode, load

__all__ = ["Nomenclatures", "ParameterSet", "TaxCode", "load"]
