"""From silver as of one cut to the rows of a filing, in a DuckDB file of its own.

`inputs` copies what the period needs, `sections/` turns it into the relations of the document (schema
`saft`), and
`reconcile` proves that every entry, invoice and payment of silver is in them. An accountant can open the
file.
"""
