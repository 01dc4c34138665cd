"""The accounts in use, with their function: a cut of the chart of OMFP 1802/2014, second grade where the order has it.

A asset, P liability, B both.
"""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    code: str
    function: str
    name_ro: str
    name_en: str


ACCOUNTS: tuple[Account, ...] = tuple(
    Account(*(part.strip() for part in line.split("|")))
    for line in """
1012|P|Capital subscris vărsat|Paid-in share capital
1061|P|Rezerve legale|Legal reserve
1171|B|Rezultatul reportat nerepartizat|Retained earnings
121|B|Profit sau pierdere|Profit or loss of the year
129|A|Repartizarea profitului|Profit appropriation
1621|P|Credite bancare pe termen lung|Long-term bank loans
208|A|Alte imobilizări necorporale|Other intangible assets
212|A|Construcții|Buildings
2131|A|Echipamente tehnologice|Plant and machinery
2132|A|Aparate de măsurare și control|Measuring and control devices
2133|A|Mijloace de transport|Vehicles
214|A|Mobilier și aparatură birotică|Furniture and office equipment
2808|P|Amortizarea imobilizărilor necorporale|Amortisation of intangible assets
2812|P|Amortizarea construcțiilor|Depreciation of buildings
2813|P|Amortizarea instalațiilor și a mijloacelor de transport|Depreciation of plant and vehicles
2814|P|Amortizarea altor imobilizări corporale|Depreciation of other tangible assets
301|A|Materii prime|Raw materials
345|A|Produse finite|Finished goods
371|A|Mărfuri|Goods for resale
401|P|Furnizori|Suppliers
404|P|Furnizori de imobilizări|Suppliers of fixed assets
408|P|Furnizori – facturi nesosite|Suppliers – invoices not received
4091|A|Avansuri pentru cumpărări de stocuri|Advances to suppliers of stocks
4111|A|Clienți|Customers
4118|A|Clienți incerți sau în litigiu|Doubtful customers
413|A|Efecte de primit de la clienți|Promissory notes receivable
418|A|Clienți – facturi de întocmit|Customers – invoices to be issued
419|P|Clienți – creditori|Advances from customers
421|P|Salarii datorate personalului|Salaries payable
4315|P|Contribuția de asigurări sociale|Social insurance contribution
4316|P|Contribuția de asigurări sociale de sănătate|Health insurance contribution
436|P|Contribuția asiguratorie pentru muncă|Work insurance contribution
4411|P|Impozitul pe profit|Profit tax
4423|P|TVA de plată|VAT payable
4424|A|TVA de recuperat|VAT to be recovered
4426|A|TVA deductibilă|Deductible VAT
4427|P|TVA colectată|Collected VAT
4428|B|TVA neexigibilă|VAT not yet chargeable
444|P|Impozitul pe venituri din salarii|Tax on salaries
446|P|Alte impozite și taxe|Other taxes
457|P|Dividende de plată|Dividends payable
491|P|Ajustări pentru deprecierea creanțelor-clienți|Allowance for doubtful customers
5113|A|Efecte de încasat|Notes being collected
5121|A|Conturi la bănci în lei|Bank accounts in RON
5124|A|Conturi la bănci în valută|Bank accounts in foreign currency
5191|P|Credite bancare pe termen scurt|Short-term bank loans
5311|A|Casa în lei|Cash in RON
581|B|Viramente interne|Internal transfers
601|A|Cheltuieli cu materiile prime|Raw materials used
604|A|Cheltuieli cu materialele nestocate|Materials not stored
6051|A|Cheltuieli cu energia|Energy
6058|A|Cheltuieli cu alte utilități|Other utilities
607|A|Cheltuieli privind mărfurile|Cost of goods sold
609|P|Reduceri comerciale primite|Trade discounts received
611|A|Întreținere și reparații|Maintenance and repairs
612|A|Redevențe, locații de gestiune și chirii|Rent and royalties
613|A|Prime de asigurare|Insurance premiums
623|A|Protocol, reclamă și publicitate|Advertising
624|A|Transport de bunuri și personal|Transport
626|A|Cheltuieli poștale și telecomunicații|Post and telecommunications
627|A|Servicii bancare|Bank services
628|A|Alte servicii executate de terți|Other services
641|A|Salariile personalului|Salaries
6461|A|Contribuția asiguratorie pentru muncă (cheltuieli)|Work insurance contribution (expense)
654|A|Pierderi din creanțe|Bad debts
6651|A|Diferențe nefavorabile de curs valutar|Foreign exchange losses
666|A|Cheltuieli privind dobânzile|Interest expense
6811|A|Amortizarea imobilizărilor (cheltuieli)|Depreciation expense
6814|A|Ajustări pentru deprecierea activelor circulante|Write-down of current assets
691|A|Cheltuieli cu impozitul pe profit|Profit tax expense
7015|P|Venituri din vânzarea produselor finite|Sales of finished goods
704|P|Venituri din servicii prestate|Services rendered
706|P|Venituri din chirii|Rental income
707|P|Venituri din vânzarea mărfurilor|Sales of goods
708|P|Venituri din activități diverse|Sundry income
709|A|Reduceri comerciale acordate|Trade discounts granted
711|P|Variația stocurilor de produse|Change in stocks of products
7651|P|Diferențe favorabile de curs valutar|Foreign exchange gains
766|P|Venituri din dobânzi|Interest income
7814|P|Reluarea ajustărilor activelor circulante|Reversal of write-downs of current assets
""".strip().splitlines()
)
