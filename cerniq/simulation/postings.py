"""Which accounts an event moves: one row a pair of debit and credit, so that what is posted balances by construction.

`*` is an account that the document brings along (an expense, a stock account, a treasury account). Accounts follow
OMFP 1802/2014; the VAT treatment of each event is the caller's, through the tax of the line.
"""

from __future__ import annotations

_TABLE = """
sale.net              4111  *      revenue of an invoice line
sale.vat              4111  4427   VAT that is due at the tax point
sale.vat.deferred     4111  4428   VAT of a seller on the collection scheme
sale.vat.collected    4428  4427   that VAT when the customer pays
sale.advance          4111  419    advance invoiced; negative when regularised
sale.uninvoiced.net   418   *      delivered, not invoiced at month end
sale.uninvoiced.vat   418   4428   its VAT, not yet chargeable
sale.invoiced.gross   4111  418    the invoice of such a delivery
sale.invoiced.vat     4428  4427   and its VAT
sale.bonus.net        709   4111   volume discount granted after invoicing
sale.bonus.vat        4427  4111   its VAT
cost.goods            607   371    goods leave the stock
cost.products         711   345    finished products leave the stock
stock.net             *     401    goods, materials, services bought
stock.vat             4426  401    their VAT
stock.vat.deferred    4428  401    VAT deductible only when paid
stock.vat.paid        4426  4428   that VAT when the supplier is paid
vat.self_assessed     4426  4427   intra-community and reverse charge
receipt.net           *     408    goods received before their invoice
receipt.vat           4428  408    VAT of goods received before their invoice
receipt.invoiced      408   401    the invoice arrives
receipt.invoiced.vat  4426  4428   and its VAT
import.vat            4426  446    VAT set by customs
import.vat.paid       446   5121   and paid there
purchase.advance      4091  401    advance invoiced by a supplier; negative when regularised
purchase.bonus.net    401   609    volume discount received after invoicing
purchase.bonus.vat    401   4426   its VAT
purchase.bonus.wait   401   4428   its VAT at a buyer on the collection scheme
asset.net             *     404    fixed asset bought
asset.vat             4426  404    its VAT
asset.vat.deferred    4428  404    its VAT at a buyer on the collection scheme
collect               *     4111   a customer pays
collect.doubtful      *     4118   a doubtful customer pays
pay.supplier          401   *      a supplier is paid
pay.asset             404   *      a supplier of assets is paid
note.received         413   4111   promissory note received
note.sent             5113  413    note sent to the bank
note.collected        5121  5113   note collected
doubtful              4118  4111   customer becomes doubtful
doubtful.allowance    6814  491    allowance
doubtful.released     491   7814   allowance released
doubtful.lost         654   4118   receivable written off
cash.deposit.out      581   5311   cash brought to the bank
cash.deposit.in       5121  581    and received there
currency.out          581   5121   RON given for currency
currency.in           5124  581    currency received, at the National Bank's rate
currency.sold         581   5124   currency sold, at the National Bank's rate
currency.sold.in      5121  581    RON received for it
currency.cost         6651  581    the bank's margin
production.used       601   301    materials used
production.made       345   711    products made, at cost
payroll.gross         641   421    gross salaries
payroll.pension       421   4315   social insurance withheld
payroll.health        421   4316   health insurance withheld
payroll.tax           421   444    income tax withheld
payroll.work          6461  436    work insurance of the employer
payroll.paid          421   5121   salaries paid
tax.paid              *     5121   taxes and contributions paid
bank.fee              627   5121   bank fees
bank.interest         5121  766    interest received
loan.interest         666   5121   interest paid
loan.repaid           1621  5121   loan instalment
credit.drawn          5121  5191   credit line drawn
credit.repaid         5191  5121   credit line repaid
depreciation          6811  *      monthly depreciation
vat.offset            4427  4426   VAT closed against each other
vat.payable           4427  4423   difference payable
vat.recoverable       4424  4426   difference to be recovered
vat.compensated       4423  4424   payable VAT against VAT to be recovered
vat.paid              4423  5121   VAT paid
profit.tax            691   4411   profit tax
profit.reserve        129   1061   legal reserve
profit.reserve.close  121   129    appropriation closed
profit.carried        121   1171   result carried forward
dividend              1171  457    dividend decided
dividend.tax          457   446    tax withheld from it
dividend.paid         457   5121   dividend paid
close.expense         121   *      expense closed
close.income          *     121    income closed
revalue.gain          *     7651   revaluation or settlement, gain
revalue.loss          6651  *      revaluation or settlement, loss
"""


def _parse(line: str) -> tuple[str, tuple[str, str]]:
    event, debit, credit, *_ = line.split()
    return event, (debit, credit)


POSTINGS: dict[str, tuple[str, str]] = dict(_parse(line) for line in _TABLE.strip().splitlines())
