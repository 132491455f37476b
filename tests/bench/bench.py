"""make bench: what orm costs, beside what others cost, in one run.

    python3 tests/bench/bench.py build/orm.so OUTPUT [--rows N] [--tables N...]
        [--parts PART...]

Prints the tables of each part, and writes them into OUTPUT between the markers
of the part. The README refers to that file.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import change
import cost
import objects
import peers
import relations
import start


class Report:
    """Tables of Markdown, also printed as they come."""

    def __init__(self):
        self.lines = []

    def say(self, line=""):
        self.lines.append(line)
        print(line, flush=True)

    def head(self, *names):
        self.say("| " + " | ".join(names) + " |")
        self.say("|" + "---|" * len(names))

    def row(self, *cells):
        self.say("| " + " | ".join(cells) + " |")


def version_of(module):
    """None if it is not installed."""
    out = subprocess.run([sys.executable, "-c",
                          f"import {module}; print({module}.__version__)"],
                         capture_output=True, text=True)
    return out.stdout.strip() if out.returncode == 0 else None


def node_version(library, package):
    """None if it is not installed."""
    path = os.path.join(os.path.dirname(library), "clients", "node_modules",
                        package, "package.json")
    if not os.path.exists(path):
        return None
    with open(path) as f:
        return json.load(f)["version"]


def versions_of(library):
    versions = {name: version_of(name)
                for name in ("alembic", "sqlalchemy", "django", "migrate")}
    for package in ("drizzle-kit", "drizzle-orm", "typeorm"):
        versions[package] = node_version(library, package)
    versions["sqldiff"] = shutil.which("sqldiff") and sqlite3.sqlite_version
    return versions


def say_versions(report, library, versions):
    db = start.connect(":memory:", library)
    orm = db.execute("SELECT orm_extension_version()").fetchone()[0].split()[0]
    others = ", ".join(f"{name} {version}" if version
                       else f"{name} is not here"
                       for name, version in versions.items())
    report.say(f"orm {orm}, SQLite {sqlite3.sqlite_version}, Python "
               f"{platform.python_version()}, {others}; {os.cpu_count()} "
               f"processors, load {os.getloadavg()[1]:.1f}. Medians.\n")


def write(output, part, lines):
    """Replaces the text between the markers of a part."""
    begin, end = f"<!-- {part}: made by make bench -->", f"<!-- {part}: end -->"
    with open(output) as f:
        head, found, rest = f.read().partition(begin)
    if not found:
        sys.exit(f"{output} has no line {begin}")
    tail = rest.partition(end)[2]
    with open(output, "w") as f:
        f.write(head + "\n".join([begin, *lines, end]) + tail)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("library", type=os.path.abspath)
    words.add_argument("output")
    words.add_argument("--rows", type=int, default=1000000)
    words.add_argument("--tables", type=int, nargs="*", default=[10, 100, 1000])
    words.add_argument("--parts", nargs="*",
                       default=["change", "start", "versions", "cost",
                                "objects", "relations"])
    options = words.parse_args()
    library = options.library
    versions = versions_of(library)
    run = {
        "change": lambda report, directory: change.run(
            report, directory, library, options.rows, versions),
        "start": lambda report, directory: start.run(
            report, directory, library, options.tables, versions),
        "versions": lambda report, _: peers.run(report, library, versions),
        "cost": lambda report, _: cost.run(report, library),
        "objects": lambda report, directory: objects.run(
            report, directory, library),
        "relations": lambda report, _: relations.run(report, library),
    }
    for part in options.parts:
        report = Report()
        say_versions(report, library, versions)
        with tempfile.TemporaryDirectory() as directory:
            run[part](report, directory)
        write(options.output, part, report.lines)


main()
