"""Functions that a query may call: pure ones over its own rows. Everything else (files, settings, catalogue) is out.

The names are DuckDB's. sqlglot reads many of them into node types of its own, so the types are found by parsing each
name with several numbers of arguments.
"""

from __future__ import annotations

from functools import cache

_AGGREGATES = """
any_value approx_count_distinct approx_quantile arg_max arg_min array_agg avg bit_and bit_or bool_and bool_or corr
count count_if count_star covar_pop covar_samp first histogram kurtosis last list mad max max_by median min min_by mode
product quantile_cont quantile_disc regr_intercept regr_r2 regr_slope skewness stddev stddev_pop stddev_samp string_agg
sum group_concat variance var_pop var_samp grouping
"""
_WINDOWS = "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number"
_NUMBERS = """
abs acos asin atan atan2 ceil ceiling cos degrees even exp floor gcd greatest isfinite isinf isnan lcm least ln log
log10 log2 mod pi pow power radians round sign sin sqrt tan trunc cbrt width_bucket
"""
_TEXTS = """
ascii chr concat concat_ws contains ends_with starts_with format instr left length char_length levenshtein like_escape
lower lpad ltrim md5 nullif position prefix printf regexp_extract regexp_extract_all regexp_full_match regexp_matches
regexp_replace repeat replace reverse right rpad rtrim sha256 split split_part str_split string_split strip_accents
strpos substr substring suffix translate trim unicode upper jaro_winkler_similarity
"""
_TIMES = """
age century current_date date_add date_diff datediff date_part date_sub date_trunc datepart datetrunc day dayname
dayofmonth dayofweek dayofyear epoch epoch_ms extract hour isodow isoyear last_day make_date make_timestamp minute month
monthname now quarter second strftime strptime time_bucket to_days to_hours to_minutes to_months to_seconds to_years
today try_strptime week weekday weekofyear year yearweek
"""
_VALUES = """
cast case coalesce if ifnull try_cast exists struct_pack struct_extract row map map_keys map_values list_value
array_length list_aggregate list_contains list_distinct list_element list_filter list_position list_reduce list_slice
list_sort list_sum list_transform list_unique list_concat len flatten unnest typeof hash
"""
_ROW_SOURCES = "generate_series range"

_SHAPES = ("{0}()", "{0}(a)", "{0}(a, b)", "{0}(a, b, c)", "{0}('day', b)", "{0}('day', b, c)", "{0}(*)")


@cache
def allowed_names() -> frozenset[str]:
    """Lower-case function names."""
    groups = (_AGGREGATES, _WINDOWS, _NUMBERS, _TEXTS, _TIMES, _VALUES, _ROW_SOURCES)
    return frozenset(name for group in groups for name in group.split())


@cache
def allowed_types() -> frozenset[type]:
    """sqlglot's node types that one of the names is read into; a name without a type of its own adds none."""
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    found: set[type] = {exp.Cast, exp.TryCast, exp.Case, exp.If, exp.Extract, exp.Interval}
    for name in allowed_names():
        for shape in _SHAPES:
            try:
                tree = parse_one("select " + shape.format(name), dialect="duckdb")
            except SqlglotError:
                continue  # this function does not take that many arguments
            found.update(type(node) for node in tree.find_all(exp.Func))
    return frozenset(found - {exp.Anonymous, exp.AnonymousAggFunc})
