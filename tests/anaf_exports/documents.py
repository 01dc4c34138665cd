"""A D406 of type L as small as can be, written by hand."""

from __future__ import annotations

from tests.anaf_exports.probes import NAMESPACE

_AMOUNT = "<Amount>100.00</Amount><CurrencyCode>RON</CurrencyCode><CurrencyAmount>100.00</CurrencyAmount>"
_NO_TAX = (
    "<TaxInformation><TaxType>000</TaxType><TaxCode>000000</TaxCode><TaxAmount><Amount>0.00</Amount>"
    "<CurrencyCode>RON</CurrencyCode><CurrencyAmount>0.00</CurrencyAmount></TaxAmount></TaxInformation>"
)
_ITSELF = "<CustomerID>0012345674</CustomerID><SupplierID>0012345674</SupplierID>"


def _line(record: int, account: str, side: str) -> str:
    return (
        f"<TransactionLine><RecordID>{record}</RecordID><AccountID>{account}</AccountID>{_ITSELF}"
        f"<Description>linie</Description><{side}Amount>{_AMOUNT}</{side}Amount>{_NO_TAX}</TransactionLine>"
    )


def _transaction(number: int) -> str:
    return (
        f"<Transaction><TransactionID>T{number}</TransactionID><Period>8</Period><PeriodYear>2026</PeriodYear>"
        "<TransactionDate>2026-08-10</TransactionDate><Description>Nota</Description>"
        "<SystemEntryDate>2026-08-10</SystemEntryDate><GLPostingDate>2026-08-10</GLPostingDate>"
        f"{_ITSELF}{_line(1, '371', 'Debit')}{_line(2, '1012', 'Credit')}</Transaction>\n"
    )


def _account(code: str, name: str, kind: str, side: str, closing: str) -> str:
    return (
        f"<Account><AccountID>{code}</AccountID><AccountDescription>{name}</AccountDescription>"
        f"<AccountType>{kind}</AccountType><Opening{side}Balance>0.00</Opening{side}Balance>"
        f"<Closing{side}Balance>{closing}</Closing{side}Balance></Account>\n"
    )


def minimal(*, transactions: int = 1) -> str:
    """A valid file for August 2026 with `transactions` entries of 100 lei."""
    total = f"{100 * transactions}.00"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="{NAMESPACE}"><Header><AuditFileVersion>2.0</AuditFileVersion><AuditFileCountry>RO</AuditFileCountry>
<AuditFileDateCreated>2026-09-01</AuditFileDateCreated><SoftwareCompanyName>Test</SoftwareCompanyName>
<SoftwareID>Test</SoftwareID><SoftwareVersion>1</SoftwareVersion><Company>
<RegistrationNumber>RO12345674</RegistrationNumber><Name>Test SRL</Name>
<Address><City>Cluj-Napoca</City><Country>RO</Country></Address>
<Contact><ContactPerson><FirstName>A</FirstName><LastName>B</LastName></ContactPerson><Telephone>1</Telephone></Contact>
<BankAccount><IBANNumber>RO49AAAA1B31007593840000</IBANNumber></BankAccount></Company>
<DefaultCurrencyCode>RON</DefaultCurrencyCode><SelectionCriteria><PeriodStart>8</PeriodStart>
<PeriodStartYear>2026</PeriodStartYear><PeriodEnd>8</PeriodEnd><PeriodEndYear>2026</PeriodEndYear></SelectionCriteria>
<HeaderComment>L</HeaderComment><SegmentIndex>1</SegmentIndex><TotalSegmentsInsequence>1</TotalSegmentsInsequence>
<TaxAccountingBasis>A</TaxAccountingBasis></Header>
<MasterFiles><GeneralLedgerAccounts>
{_account("371", "Marfuri", "Activ", "Debit", total)}{_account("1012", "Capital", "Pasiv", "Credit", total)}
</GeneralLedgerAccounts><Customers/><Suppliers/><TaxTable/><UOMTable/><AnalysisTypeTable/><MovementTypeTable/>
<Products/><Owners/><Assets/></MasterFiles>
<GeneralLedgerEntries><NumberOfEntries>{transactions}</NumberOfEntries><TotalDebit>{total}</TotalDebit>
<TotalCredit>{total}</TotalCredit><Journal><JournalID>GEN</JournalID><Description>Jurnal</Description><Type>GEN</Type>
{"".join(_transaction(number) for number in range(transactions))}</Journal></GeneralLedgerEntries>
<SourceDocuments><SalesInvoices/><PurchaseInvoices/><Payments/><MovementOfGoods/></SourceDocuments></AuditFile>
"""
