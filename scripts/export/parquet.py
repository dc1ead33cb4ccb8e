#!/usr/bin/env python3
"""Write rows of JSON as a Parquet file.

usage: parquet.py ROWS.jsonl FILE.parquet

Every row has the same columns: texts, whole numbers and numbers with a point. Types are those of the first row, so that
a file of any rows has the same schema. The same rows give the same bytes.
"""
import json
import sys

import pyarrow
import pyarrow.parquet

TYPES = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
ROWS_AT_ONCE = 10_000


def batches(lines, schema):
    """Rows as batches of a schema."""
    rows = []
    for line in lines:
        rows.append(json.loads(line))
        if len(rows) == ROWS_AT_ONCE:
            yield pyarrow.RecordBatch.from_pylist(rows, schema=schema)
            rows = []
    if rows:
        yield pyarrow.RecordBatch.from_pylist(rows, schema=schema)


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8", newline="\n") as lines:
        first = json.loads(lines.readline())
        schema = pyarrow.schema([(name, TYPES[type(value)]) for name, value in first.items()])
        lines.seek(0)
        with pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in batches(lines, schema):
                writer.write_batch(batch)


if __name__ == "__main__":
    main()
