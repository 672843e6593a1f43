"""What all tables have in common: how constraints are named, and their key."""

from sqlalchemy import BigInteger, Column, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives row ids only to a column of exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")


def row_id() -> Column[int]:
    return Column("id", Key, primary_key=True)
