#!/usr/bin/env python3
"""wheel.py LIBRARY VERSION: make dist/sqlite_orm_ext-VERSION-....whl.

A wheel is a zip file with a list of its files and their digests (PEP 427). It
works with any Python 3, because the extension does not use Python.
SOURCE_DATE_EPOCH is the time of all files.
"""

import base64
import hashlib
import os
import pathlib
import platform
import re
import subprocess
import sys
import time
import zipfile

HERE = pathlib.Path(__file__).parent
NAME = "sqlite_orm_ext"


def platform_tag(library):
    """Return the tag of the oldest glibc that has the symbols of the library."""
    symbols = subprocess.run(["objdump", "-T", library], check=True,
                             capture_output=True, text=True).stdout
    versions = {tuple(map(int, v.split(".")[:2]))
                for v in re.findall(r"GLIBC_([0-9.]+)", symbols)}
    major, minor = max(versions | {(2, 17)})
    return f"manylinux_{major}_{minor}_{platform.machine()}"


def metadata(version):
    return f"""Metadata-Version: 2.1
Name: sqlite-orm-ext
Version: {version}
Summary: Models and migrations inside SQLite, a loadable extension
License: MIT
License-File: LICENSE
Requires-Python: >=3.6
Description-Content-Type: text/markdown

    import sqlite3, sqlite_orm_ext
    db = sqlite3.connect("app.db")
    sqlite_orm_ext.load(db)
    db.execute("SELECT orm_version()").fetchone()
"""


def main(library, version):
    tag = f"py3-none-{platform_tag(library)}"
    info = f"{NAME}-{version}.dist-info"
    init = (HERE / "__init__.py").read_text().replace("@version@", version)
    files = {
        f"{NAME}/__init__.py": init.encode(),
        f"{NAME}/orm.so": pathlib.Path(library).read_bytes(),
        f"{info}/METADATA": metadata(version).encode(),
        f"{info}/WHEEL": (f"Wheel-Version: 1.0\nGenerator: orm\n"
                          f"Root-Is-Purelib: false\nTag: {tag}\n").encode(),
        f"{info}/LICENSE": pathlib.Path("LICENSE").read_bytes(),
    }
    record = ""
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
        record += f"{name},sha256={digest.rstrip(b'=').decode()},{len(content)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()

    date = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(f"dist/{NAME}-{version}-{tag}.whl", "w") as wheel:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, content)


main(*sys.argv[1:])
