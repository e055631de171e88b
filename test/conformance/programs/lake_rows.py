"""Reads a file of the lake with a library that a JSON task names, and reports its rows as JSON."""
import base64
import datetime
import decimal
import json
import sys

task = json.loads(sys.argv[1])


def shown(value):
    """Values as JSON has them, with the name of each type that it lacks."""
    if isinstance(value, datetime.datetime):
        return {"time": round(value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"clock": value.isoformat(timespec="milliseconds")}
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, (list, tuple)):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    return value


def pyarrow(path):
    from pyarrow import parquet

    return parquet.ParquetFile(path).read().to_pylist(maps_as_pydicts="strict")


def duckdb(path):
    return asked("SELECT * FROM read_parquet(?, hive_partitioning = false)", path)


def duckdb_sums(path):
    sums = "SELECT plant, count(*) AS readings, sum(kw)::BIGINT AS sum FROM read_parquet(?)"
    return asked(f"{sums} GROUP BY plant ORDER BY plant", path)


def asked(query, path):
    import duckdb as library

    connection = library.connect()
    connection.execute("SET TimeZone='UTC'")
    found = connection.execute(query, [path])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]


def iceberg(path):
    from pyiceberg.table import StaticTable

    table = StaticTable.from_metadata(path, task.get("properties", {}))
    return table.scan().to_arrow().to_pylist(maps_as_pydicts="strict")


def fastavro(path):
    import fastavro as library

    with open(path, "rb") as file:
        return list(library.reader(file))


def lines(path):
    import pyarrow

    compression = {"gz": "gzip", "zst": "zstd"}.get(path.rsplit(".", 1)[1])
    with pyarrow.input_stream(path, compression=compression) as stream:
        return [json.loads(line) for line in stream.read().splitlines()]


rows = [row for path in task["paths"] for row in globals()[task["reader"]](path)]
print(json.dumps({"rows": shown(rows)}))
