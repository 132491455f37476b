#!/bin/sh
# The Python wheel: its list of files is right, and the package that it holds
# loads orm into a connection.

set -eu
wheel=$(ls -t dist/sqlite_orm_ext-*.whl | head -n 1)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
/usr/bin/python3 - "$wheel" "$root" <<'END'
import base64, csv, glob, hashlib, os, sqlite3, sys, zipfile
wheel, root = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    assert archive.testzip() is None
    archive.extractall(root)
record = glob.glob(root + "/*.dist-info/RECORD")[0]
listed = {row[0]: row[1] for row in csv.reader(open(record))}
for name, digest in listed.items():
    content = open(os.path.join(root, name), "rb").read()
    wanted = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    if digest:
        assert digest == "sha256=" + wanted.rstrip(b"=").decode(), name
sys.path.insert(0, root)
import sqlite_orm_ext
assert os.path.exists(sqlite_orm_ext.loadable_path() + ".so")
db = sqlite3.connect(":memory:")
sqlite_orm_ext.load(db)
assert db.execute("SELECT orm_init()").fetchone() == (0,)
version = db.execute("SELECT orm_extension_version()").fetchone()[0]
assert version.split()[0] == sqlite_orm_ext.__version__, version
try:
    db.execute("SELECT load_extension('x')").fetchone()
except sqlite3.OperationalError as error:
    assert str(error) == "not authorized", error
else:
    assert False
END
