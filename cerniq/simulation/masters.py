"""The rows that stand before the first document: company, users, chart, journals, VAT rates, products, warehouses."""

from __future__ import annotations

from datetime import date, timedelta

from cerniq.simulation.calendar import DAY
from cerniq.simulation.chart import ACCOUNTS
from cerniq.simulation.company import STOCK_ACCOUNTS, Company, groups_of, product_values
from cerniq.simulation.ledger import JOURNALS
from cerniq.simulation.names import REGIONS, street
from cerniq.simulation.partners import Customer, Supplier
from cerniq.simulation.rates import CURRENCIES, lead_in
from cerniq.simulation.vat import vat_rates

PRICE_LISTS = (
    (1, "Listă standard", "RON", 0),
    (2, "Listă en-gros", "RON", 300),
    (3, "Listă clienți-cheie", "RON", 500),
    (4, "Listă UE", "EUR", 200),
    (5, "Listă export", "USD", 200),
)
_LIST_OF = {"wholesale": 2, "key_account": 3, "export_eu": 4, "export_far": 5}
_ROLES = (
    (1, "accountant", "Contabil", "Accountant"),
    (2, "sales", "Vânzări", "Sales"),
    (3, "purchasing", "Achiziții", "Purchasing"),
    (4, "warehouse", "Depozit", "Warehouse"),
)
SALESPEOPLE = (2, 5, 6)
# Users are posts, not people.
_USERS = (
    (1, 1, "Post contabilitate"),
    (2, 2, "Post vânzări 1"),
    (3, 3, "Post achiziții"),
    (4, 4, "Post depozit"),
    (5, 2, "Post vânzări 2"),
    (6, 2, "Post vânzări 3"),
)
_WORKERS = (
    (1, "facturare-nocturna", "mercantiq_sales"),
    (2, "sincronizare-stoc", "iwms"),
    (3, "curs-bnr", "numeriqo_accounting"),
)


def write_masters(company: Company) -> None:
    """Insert every master row that exists on the first day."""
    _administration(company)
    _accounting(company)
    _warehousing(company)
    store = company.store
    for number, name, currency, discount in PRICE_LISTS:
        store.insert("mercantiq_sales.price_lists", id=number, name=name, currency=currency, discount_percent=discount)


def write_customer(company: Company, customer: Customer) -> None:
    """A customer appears: its partner and its customer row."""
    store = company.store
    customer.partner = _write_partner(company, customer.values, is_customer=True, on_collection=False)
    number = store.next_id("mercantiq_sales.customers")
    customer.id = number
    county = customer.values["county"]
    now = store.now()
    customer.row = store.insert(
        "mercantiq_sales.customers",
        id=number,
        partner_id=customer.partner,
        segment={"export_eu": "export", "export_far": "export", "individual": "retail"}.get(
            customer.segment, customer.segment
        ),
        region=REGIONS.get(county, "Export") if county else "Export",
        salesperson_id=SALESPEOPLE[number % 3],
        price_list_id=_LIST_OF.get(customer.segment, 1),
        currency=customer.currency,
        payment_terms_days=customer.terms,
        credit_limit_ron=round(customer.weight * 20) * 200_000,
        created_at=now,
        updated_at=now,
    )


def write_supplier(company: Company, supplier: Supplier) -> None:
    """A supplier appears: its partner and its supplier row."""
    store = company.store
    supplier.partner = _write_partner(company, supplier.values, is_customer=False, on_collection=supplier.on_collection)
    now = store.now()
    supplier.row = store.insert(
        "mercantiq_procurement.suppliers",
        id=supplier.id,
        partner_id=supplier.partner,
        kind=supplier.kind,
        currency=supplier.currency,
        payment_terms_days=supplier.terms,
        lead_time_days=supplier.lead,
        created_at=now,
        updated_at=now,
    )


def write_rates(company: Company, day: date) -> None:
    """The day's exchange rates."""
    for currency in CURRENCIES:
        company.store.insert(
            "numeriqo_accounting.exchange_rates",
            currency=currency,
            rate_date=day,
            rate=company.rates.published(currency, day),
        )


def _write_partner(company: Company, values: dict[str, object], *, is_customer: bool, on_collection: bool) -> int:
    store = company.store
    number = store.next_id("numeriqo_accounting.partners")
    now = store.now()
    store.insert(
        "numeriqo_accounting.partners",
        id=number,
        code=f"P{number:05d}",
        **values,
        vat_on_collection=on_collection,
        is_customer=is_customer,
        is_supplier=not is_customer,
        created_at=now,
        updated_at=now,
    )
    return number


def _administration(company: Company) -> None:
    store, plan = company.store, company.plan
    random = company.random("address")
    bank = company.treasury.rows(plan.rng_seed)[0]
    store.insert(
        "admin_core.companies",
        id=1,
        legal_name=plan.legal_name,
        cui=plan.cui.digits,
        registration_number=f"J00/{1001 if plan.kind == 'trade' else 1002}/2015",
        vat_registered=True,
        vat_period="monthly",
        vat_on_collection=plan.vat_on_collection,
        tax_accounting_basis="A",
        functional_currency="RON",
        fiscal_year_start_month=1,
        entity_size="small",
        activity=plan.kind,
        caen_code="4690" if plan.kind == "trade" else "3109",
        share_capital_ron=plan.share_capital,
        country="RO",
        county="RO-CJ" if plan.kind == "trade" else "RO-SB",
        city="Cluj-Napoca" if plan.kind == "trade" else "Sibiu",
        street=street(random).rsplit(" ", 1)[0],
        street_number=str(random.randint(1, 99)),
        postal_code="400000" if plan.kind == "trade" else "550000",
        phone="+40000000001",
        email=f"{plan.tenant}@exemplu.invalid",
        iban=bank["iban"],
        contact_first_name="Persoană",
        contact_last_name="de Contact",
        started_on=date(2015, 3, 2),
    )
    second = "Depozit produse" if plan.kind == "manufacturing" else "Depozit alimente și cărți"
    warehouses = (
        (
            1,
            "DEP1",
            "Depozit central" if plan.kind == "trade" else "Depozit materii prime",
            "goods" if plan.kind == "trade" else "raw",
        ),
        (2, "DEP2", second, "finished" if plan.kind == "manufacturing" else "goods"),
    )
    for number, code, name, kind in warehouses:
        store.insert(
            "admin_core.warehouses",
            id=number,
            code=code,
            name=name,
            kind=kind,
            county="RO-CJ",
            city="Cluj-Napoca",
            is_active=True,
        )
    for number, code, name_ro, name_en in _ROLES:
        store.insert("admin_core.roles", id=number, code=code, name_ro=name_ro, name_en=name_en)
    now = store.now()
    for number, role, name in _USERS:
        store.insert(
            "admin_core.users",
            id=number,
            role_id=role,
            full_name=name,
            email=f"post{number}@exemplu.invalid",
            is_active=True,
            created_at=now,
        )
    for number, name, module in _WORKERS:
        store.insert("admin_core.workers", id=number, name=name, module=module, is_active=True, registered_at=now)


def _accounting(company: Company) -> None:
    store = company.store
    for account in ACCOUNTS:
        store.insert(
            "numeriqo_accounting.accounts",
            code=account.code,
            name_ro=account.name_ro,
            name_en=account.name_en,
            account_class=int(account.code[0]),
            function=account.function,
            is_active=True,
        )
    for number, code, name_ro, name_en, kind, _ in JOURNALS:
        store.insert("numeriqo_accounting.journals", id=number, code=code, name_ro=name_ro, name_en=name_en, kind=kind)
    for number, rate in enumerate(vat_rates(), start=1):
        store.insert(
            "numeriqo_accounting.vat_rates",
            id=number,
            operation=rate.operation,
            direction=rate.direction,
            rate=rate.rate,
            tax_code=rate.code,
            valid_from=rate.valid_from,
            valid_to=rate.valid_to,
            legal_source=rate.legal_source,
        )
    for row in company.treasury.rows(company.plan.rng_seed):
        store.insert("numeriqo_accounting.bank_accounts", **row)
    day = lead_in(company.plan.first_day)
    while day < company.plan.first_day:
        write_rates(company, day)
        day += DAY


def _warehousing(company: Company) -> None:
    store = company.store
    now = store.now() - timedelta(days=30)
    for number, group in enumerate(groups_of(company.plan), start=1):
        store.insert(
            "iwms.product_groups",
            id=number,
            code=group.code,
            name_ro=group.name_ro,
            name_en=group.name_en,
            stock_account=STOCK_ACCOUNTS.get(group.kind, "371"),
            vat_class="standard" if group.vat_class == "standard" else "reduced",
        )
    for product in company.products:
        product.row = store.insert("iwms.products", **product_values(product, product.price, now))
    for number in range(1, 13):
        warehouse = 1 + number % 2
        store.insert(
            "iwms.locations", id=number, warehouse_id=warehouse, code=f"D{warehouse}-R{number:02d}", is_active=True
        )
