"""DuckDB's answers to queries.txt and to the examples of content/sql.md, one JSON object a line in answers.jsonl.

    python3 -m venv venv && venv/bin/pip install duckdb pytz && venv/bin/python tests/sql/answers.py

A query that DuckDB spells differently has its spelling in duckdb.txt. What DuckDB refuses has no answer.
"""

import datetime
import decimal
import json
import math
import pathlib

import duckdb

HERE = pathlib.Path(__file__).parent


def pairs(name):
    lines = (HERE / name).read_text().splitlines()
    return [line.split("|", 1) for line in lines if line and not line.startswith("#")]


def examples():
    """The queries of the documentation's tables, each its own name."""
    page = (HERE.parent.parent / "content/sql.md").read_text()
    for line in page.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[-1].strip(" |`").split(" ")[0] in ("select", "with", "pivot"):
            query = cells[-1].strip(" |").strip("`")
            yield query, query


def plain(value):
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case decimal.Decimal():
            return float(value)
        case datetime.timedelta():
            return {"seconds": value.total_seconds()}
        case datetime.datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return str(value)


def open_tables():
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    # DuckDB 2.0 has no initcap; PostgreSQL's is Python's title.
    database.create_function("initcap", str.title, [duckdb.sqltypes.VARCHAR], duckdb.sqltypes.VARCHAR)
    for table in ["sales", "regions"]:
        database.execute(f"CREATE TABLE {table} AS FROM read_csv('{HERE / table}.csv', nullstr='NULL', quote='\"')")
    return database


def main():
    spelt = dict(pairs("duckdb.txt"))
    database = open_tables()
    lines = []
    for name, query in [*pairs("queries.txt"), *examples()]:
        answer = {"name": name}
        try:
            found = database.execute(spelt.get(name, query))
            answer["columns"] = [column[0] for column in found.description]
            answer["rows"] = [[plain(value) for value in row] for row in found.fetchall()]
        except duckdb.Error as problem:
            answer["refused"] = str(problem).splitlines()[0]
            database = open_tables()
        lines.append(json.dumps(answer, ensure_ascii=False))
    (HERE / "answers.jsonl").write_text("\n".join(lines) + "\n")
    for line in lines:
        answer = json.loads(line)
        if "refused" in answer:
            print(answer["name"], "|", answer["refused"])


main()
