"""The check before the engine: one SELECT over marts, built of known parts only.

What is not on a list is refused, so that a new syntax or function of the engine is closed until somebody opens it.
The engine never sees the text that came in: it runs the SQL that is written again from the checked tree, so that no
difference between two parsers lets anything through.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from cerniq.serving.errors import AccessDenied, QueryRefused
from cerniq.serving.functions import allowed_names, allowed_types
from cerniq.serving.rights import Rights

if TYPE_CHECKING:
    from sqlglot import exp

MAX_SQL_CHARACTERS = 50_000

# sqlglot's node types that are not functions.
_STRUCTURE = """
Select From Where Group Having Qualify Order Ordered Limit Offset Distinct Join Subquery With CTE Table
TableAlias Alias Aliases Column Columns Star Identifier Literal Boolean Null Placeholder Parameter Paren Tuple
Values Var Union Except Intersect Window WindowSpec WindowAlias Filter WithinGroup IgnoreNulls RespectNulls
Lateral Unnest Lambda Kwarg PropertyEQ Slice Bracket Dot DataType DataTypeParam IntervalSpan RollupList Rollup
Cube GroupingSets Grouping TableSample And Or Not EQ NEQ GT GTE LT LTE Is Like ILike SimilarTo Between In Add
Sub Mul Div IntDiv Mod Neg DPipe Xor NullSafeEQ NullSafeNEQ Escape Collate All Any Exists Interval Case If
HavingMax
"""


def checked(sql: str, rights: Rights) -> str:
    """The statement to run: `sql` written anew, narrowed to the principal's rows.

    Raises `QueryRefused` with the part at fault, `AccessDenied` for a mart or a model outside `rights`.
    """
    tree = _single_statement(sql)
    for node in tree.walk():
        _check_node(node)
    _check_tables(tree, rights)
    narrowed = _narrow(tree, rights)
    return str(narrowed.sql(dialect="duckdb", comments=False))


def _single_statement(sql: str) -> exp.Expr:
    from sqlglot import exp, parse
    from sqlglot.errors import SqlglotError

    # sqlglot logs the text of what it cannot read; here that is a refusal and nothing to log.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    if len(sql) > MAX_SQL_CHARACTERS:
        raise _refused(f"it is longer than {MAX_SQL_CHARACTERS} characters")
    if "\x00" in sql:
        raise _refused("it holds a NUL character")
    try:
        statements = [tree for tree in parse(sql, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise _refused(f"it is not SQL that can be read ({_first_line(error)})") from error
    if len(statements) != 1:
        raise _refused(f"it holds {len(statements)} statements")
    tree = statements[0]
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        raise _refused(f"{tree.key.upper()} is not SELECT")
    return tree


def _check_node(node: exp.Expr) -> None:
    from sqlglot import exp

    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        name = str(node.this).lower()
        if name not in allowed_names():
            raise _refused(f"the function {name[:60]} is not offered")
    elif isinstance(node, exp.Table):
        _check_table_shape(node)
    elif type(node) not in _structure_types() and type(node) not in allowed_types():
        raise _refused(f"{_label(node)} is not offered")


@cache
def _structure_types() -> frozenset[type]:
    from sqlglot import exp

    return frozenset(kind for name in _STRUCTURE.split() if isinstance(kind := getattr(exp, name, None), type))


def _check_table_shape(table: exp.Table) -> None:
    """A row source is a named model, a CTE, or a series of numbers; no file, no other function, no other database."""
    from sqlglot import exp

    source = table.this
    if isinstance(source, exp.Func):
        if isinstance(source, exp.GenerateSeries | exp.Unnest | exp.Explode):
            return
        raise _refused(f"the table function {_label(source)} is not offered")
    if not isinstance(source, exp.Identifier):
        raise _refused("a row source without a name is not offered")
    if table.args.get("catalog") is not None:
        raise _refused("another database cannot be named")
    for part in ("version", "changes", "partition", "when", "only", "rows_from"):
        if table.args.get(part):
            raise _refused(f"{part} on a table is not offered")


def _check_tables(tree: exp.Expr, rights: Rights) -> None:
    from cerniq.serving.rights import MARTS

    for table in _named_tables(tree):
        if not table.db:
            if _is_common_table(table):
                continue
            raise _refused(f"{table.name[:60]} is no model: write mart and model, as in finance.rpt_trial_balance")
        mart = table.db.lower()
        if mart not in MARTS:
            raise _refused(f"{mart[:60]} is no mart; there are {', '.join(sorted(MARTS))}")
        if mart not in rights.marts:
            raise AccessDenied(f"Your role does not read the mart {mart}.", cure="Ask an administrator for the role.")


def _narrow(tree: exp.Expr, rights: Rights) -> exp.Expr:
    """Replace each model by itself under the row filters. A model without the column fails in the engine: closed."""
    from sqlglot import exp

    if not rights.row_filters:
        return tree
    for table in [found for found in _named_tables(tree) if found.db]:
        allowed = exp.select("*").from_(exp.table_(table.name, db=table.db, quoted=True))
        for column, values in rights.row_filters.items():
            member = exp.column(column).isin(*values) if values else exp.false()
            allowed = allowed.where(member)
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=True))
        joins = table.args.get("joins")
        narrowed = exp.Subquery(this=allowed, alias=alias.copy())
        if joins:
            narrowed.set("joins", [join.copy() for join in joins])
        table.replace(narrowed)
    return tree


def _named_tables(tree: exp.Expr) -> Iterator[exp.Table]:
    from sqlglot import exp

    return (table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier))


def _is_common_table(table: exp.Table) -> bool:
    """Whether a WITH that is in scope at `table` defines its name; if none does, the engine would look elsewhere."""
    from sqlglot import exp

    name, node = table.name.lower(), table.parent
    while node is not None:
        if isinstance(node, exp.CTE) and isinstance(node.parent, exp.With):
            owner = node.parent
            siblings = owner.expressions
            # Not recursive: a definition sees only those before it, and its own name means something else.
            visible = siblings if owner.recursive else siblings[: siblings.index(node)]
            if any(cte.alias.lower() == name for cte in visible):
                return True
            node = owner.parent
        else:
            definitions = node.args.get("with_")
            if definitions and any(cte.alias.lower() == name for cte in definitions.expressions):
                return True
        node = node.parent if node is not None else None
    return False


def _label(node: exp.Expr) -> str:
    from sqlglot import exp

    return str(node.this)[:60].lower() if isinstance(node, exp.Anonymous) else type(node).__name__.upper()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _refused(why: str) -> QueryRefused:
    return QueryRefused(
        f"The query is refused: {why}.",
        cure="Write one SELECT over the marts, as in select * from finance.dim_account.",
    )
