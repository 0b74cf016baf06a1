#!/usr/bin/env python3
"""Prints SQL that fills the tables of a wiki on MariaDB with the rows of the same wiki on SQLite.

copyRows.py DATABASE.sqlite PREFIX <COLUMNS: standard input holds a line for each column of the tables on MariaDB: the
table, the column, its type. Columns that one side lacks are left out; so are rows with a number below 0 where MariaDB has
none. Times in a form that MariaDB cannot hold become another time.
"""
import collections
import re
import sqlite3
import sys


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return repr(value)
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    return "0x" + data.hex() if data else "''"


def main():
    source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    source.text_factory = bytes
    prefix = sys.argv[2]
    tables = collections.defaultdict(dict)
    for line in sys.stdin:
        table, column, kind = line.rstrip("\n").split("\t")
        tables[table][column] = kind
    # Rows of 0 and times of any length are part of a damaged wiki.
    print("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0;")
    for table, kinds in sorted(tables.items()):
        print(f"DELETE FROM `{table}`;")
        name = table.removeprefix(prefix)
        there = {row[1].decode() for row in source.execute(f'PRAGMA table_info("{name}")')}
        columns = [column for column in kinds if column in there]
        if not columns or "searchindex" in name:
            continue
        unsigned = [place for place, column in enumerate(columns) if "unsigned" in kinds[column]]
        textual = [bool(re.search("char|binary|text|blob", kinds[column])) for column in columns]
        times = [kinds[column] == "binary(14)" for column in columns]
        listed = ", ".join(f'"{column}"' for column in columns)
        for row in source.execute(f'SELECT {listed} FROM "{name}"'):
            if any(isinstance(row[place], int) and row[place] < 0 for place in unsigned):
                continue
            values = [str(value) if text and isinstance(value, int) else value for value, text in zip(row, textual)]
            values = [b"20200203040506" if time and value and len(value) != 14 else value for value, time in zip(values, times)]
            named = ", ".join(f"`{column}`" for column in columns)
            print(f"INSERT INTO `{table}` ({named}) VALUES ({', '.join(map(literal, values))});")


main()
