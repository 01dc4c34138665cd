"""Tables of the control database. A change of a table raises `SCHEMA_VERSION`."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

tenants = Table(
    "tenants",
    metadata,
    Column("tid", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("cui", String(10), nullable=False),
    Column("profile", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", ForeignKey("tenants.tid"), nullable=False, index=True),
    Column("dsn", Text, nullable=False),
    Column("slot", String(63), nullable=False),
    Column("publication", String(63), nullable=False),
    UniqueConstraint("tenant", "slot"),
)

source_modules = Table(
    "source_modules",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("module", String(63), primary_key=True),
    Column("schema_name", String(63), nullable=False),
    # Null: all tables of the schema.
    Column("tables", JSON(none_as_null=True), nullable=True),
)

filings = Table(
    "filings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", ForeignKey("tenants.tid"), nullable=False, index=True),
    Column("form", String(32), nullable=False),
    Column("type", String(8), nullable=False),
    Column("period", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("path", Text, nullable=False),
    Column("lsn", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "form", "type", "period", "number"),
)
