"""What the work of versions costs with orm and with the tools that are
installed here. peers/ has a program for each tool.

    python3 tests/bench/peers.py build/orm.so [WORK...]

The CPU is that of the calls, without the start of the process and the loading
of models; for drizzle-kit it is that of its processes. The tools run in turn,
TIMES times, each on a copy of its project: the medians are printed, and the
median of the ratios of the pairs. The bytes are those of the files that the
work adds to the project: what a commit in git holds.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), "peers"))
import peer  # noqa: E402

TIMES = 3
TOOLS = {"orm": "orm", "alembic": "Alembic", "django": "Django",
         "migrate": "sqlalchemy-migrate", "drizzle": "drizzle-kit"}
VERSION_OF = {"drizzle": "drizzle-kit"}
# Django takes minutes to make a project of 1,000 models, and drizzle goes up
# only.
WITHOUT = {("django", "add"), ("drizzle", "down")}


def program(tool, verb, work, library, directory):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", os.path.join(
            os.path.dirname(os.path.abspath(__file__)), "peers",
            f"{tool}_peer.py"), verb, work, library],
        cwd=directory, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{tool}, {verb} {work}: {done.stderr or done.stdout}")
    return done.stdout


def sources(directory):
    """{path: size} of the files that a project keeps in git."""
    return {path: os.path.getsize(path)
            for folder, _, names in os.walk(directory)
            for path in (os.path.join(folder, name) for name in names)
            if not path.endswith((".db", ".pyc", ".mako"))}


def check(tool, work, directory):
    """Exits unless the work was done."""
    file = {"tenants": peer.tenant_files()[-1],
            "down": "done.db" if tool == "orm" else "app.db"}.get(work,
                                                                  "app.db")
    db = sqlite3.connect(os.path.join(directory, file))
    found = db.execute(
        "SELECT count(*) FROM sqlite_schema s, pragma_table_info(s.name) c"
        " WHERE s.type = 'table' AND (s.name GLOB 't[0-9]*' OR"
        " s.name GLOB 'app_t[0-9]*') AND c.name GLOB ?",
        ("*" if work == "down" else "added*",)).fetchone()[0]
    db.close()
    expected = 0 if work == "down" else len(peer.changes(work))
    if found != expected:
        sys.exit(f"{tool}, {work}: {found} columns instead of {expected}")


class Project:
    """The project of a tool for a work, with its measurements."""

    def __init__(self, tool, work, library, directory):
        self.tool, self.work, self.library = tool, work, library
        self.directory = os.path.join(directory, f"{tool}-{work}")
        self.seconds, self.bytes = [], 0
        os.makedirs(self.directory)
        program(tool, "make", work, library, self.directory)

    def measure(self):
        copy = self.directory + "-copy"
        shutil.copytree(self.directory, copy, symlinks=True)
        before = sources(copy)
        out = program(self.tool, "run", self.work, self.library, copy)
        self.seconds.append(float(out.splitlines()[-1]))
        self.bytes = sum(size for path, size in sources(copy).items()
                         if path not in before)
        check(self.tool, self.work, copy)
        shutil.rmtree(copy)

    def row(self, base):
        times = statistics.median(mine / theirs for mine, theirs
                                  in zip(self.seconds, base.seconds))
        return (peer.WORKS[self.work], TOOLS[self.tool],
                f"{statistics.median(self.seconds) * 1000:.1f}", f"{times:.2f}",
                f"{self.bytes:,}" if self.bytes else "")


def installed(versions):
    return [tool for tool in TOOLS
            if tool == "orm" or versions.get(VERSION_OF.get(tool, tool))]


def run(report, library, versions, works=()):
    report.head("work", "by", "ms of CPU", "times orm", "bytes in git")
    for work in works or peer.WORKS:
        with tempfile.TemporaryDirectory() as directory:
            projects = [Project(tool, work, library, directory)
                        for tool in installed(versions)
                        if (tool, work) not in WITHOUT]
            for _ in range(TIMES):
                for project in projects:
                    project.measure()
            for project in projects:
                report.row(*project.row(projects[0]))


if __name__ == "__main__":
    class Report:
        @staticmethod
        def head(*names):
            print("\t".join(names), flush=True)
        row = head
    run(Report, os.path.abspath(sys.argv[1]),
        {VERSION_OF.get(tool, tool): True for tool in TOOLS}, sys.argv[2:])
