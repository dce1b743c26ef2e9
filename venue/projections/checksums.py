"""Whether two sets of tables are the same: a checksum of each table's rows, whatever their order."""

from sqlalchemy import Connection, text

from venue.projections.tables import alarms, metadata

# Every row as text, hashed; summed, so that rows that are there twice count twice.
_SUM = "SELECT count(*)::text || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {table} t"


def checksums(connection: Connection) -> dict[str, str]:
    """By table, of all that come from the journal."""
    names = [table.name for table in metadata.sorted_tables if table is not alarms]
    return {name: connection.execute(text(_SUM.format(table=name))).scalar_one() for name in names}
