"""Relationships: the same operations in a session of SQLAlchemy and through the
views of orm, on two files. Their rows must be equal after each operation.

    python3 relations.py LIBRARY SEED ROUNDS

Prints a line for each kind and cascade, and each difference."""

import os
import random
import sqlite3
import sys
import tempfile

from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine
from sqlalchemy.orm import Session, backref, declarative_base, relationship

KINDS = ("many", "one", "tree", "through", "parent")
CASCADES = (None, "save-update, merge", "delete, save-update, merge", "all",
            "all, delete-orphan")
IDS = range(1, 6)


def classes(kind, cascade, passive):
    """The classes P and C of a kind, with P.cs and its backref."""
    base = declarative_base()
    options = {} if cascade is None else {"cascade": cascade}
    if passive:
        options["passive_deletes"] = passive
    if kind == "through":
        link = Table("link", base.metadata,
                     Column("p_id", ForeignKey("p.id"), primary_key=True),
                     Column("c_id", ForeignKey("c.id"), primary_key=True))
        options["secondary"] = link
        options["single_parent"] = "orphan" in (cascade or "")
        options["backref"] = "ps"
    else:
        options["backref"] = "p"
        options["uselist"] = kind != "one"

    if kind == "tree":
        class P(base):
            __tablename__ = "p"
            id = Column(Integer, primary_key=True)
            name = Column(String(20), unique=True)
            p_id = Column(ForeignKey("p.id"))
        options["backref"] = backref("p", remote_side=P.id)
        P.cs = relationship(P, **options)
        return base, P, P

    class P(base):
        __tablename__ = "p"
        id = Column(Integer, primary_key=True)
        name = Column(String(20), unique=True)
        if kind != "parent":
            cs = relationship("C", **options)

    class C(base):
        __tablename__ = "c"
        id = Column(Integer, primary_key=True)
        name = Column(String(20), unique=True)
        if kind != "through":
            p_id = Column(ForeignKey("p.id"))
        if kind == "parent":
            p = relationship("P", backref="cs",
                             cascade=cascade or "save-update, merge")
    return base, P, C


class Pair:
    """Two files with the same tables, and the operations on both."""

    def __init__(self, directory, library, kind, cascade, passive):
        self.kind = kind
        base, self.P, self.C = classes(kind, cascade, passive)
        self.child = self.C.__tablename__
        alchemy, orm = (tempfile.mktemp(".db", dir=directory) for _ in "ab")
        self.engine = create_engine("sqlite:///" + alchemy)
        base.metadata.create_all(self.engine)
        schema = sqlite3.connect(alchemy).execute(
            "SELECT group_concat(sql, ';') FROM sqlite_schema"
            " WHERE sql NOTNULL").fetchone()[0]
        self.db = sqlite3.connect(orm, isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(library)
        self.db.execute("SELECT orm_declare(?)", (schema,)).fetchall()
        self.db.execute(
            "INSERT INTO orm_relationship(model, name, target, backref,"
            " secondary, uselist, \"cascade\", passive_deletes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*(("C", "p", "P", "cs") if kind == "parent" else
               ("P", "cs", "P" if kind == "tree" else "C",
                "ps" if kind == "through" else "p")),
             "link" if kind == "through" else None,
             0 if kind == "one" else None, cascade, passive))
        self.db.execute("SELECT orm_migrate()").fetchall()
        self.db.close()
        self.db = sqlite3.connect(orm, isolation_level=None)

    def rows(self, db):
        tables = {"tree": ("p",), "through": ("p", "c", "link")}
        return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in tables.get(self.kind, ("p", "c"))]

    def both(self, operation, *ids):
        """Runs an operation on both files; returns a difference, or None."""
        outcomes = []
        with Session(self.engine) as session:
            try:
                getattr(self, "session_" + operation)(session, *ids)
                session.commit()
                outcomes.append("done")
            except Exception as error:
                session.rollback()
                outcomes.append(f"error {error}".split("\n")[0])
        try:
            getattr(self, "views_" + operation)(self.db, *ids)
            outcomes.append("done")
        except sqlite3.Error as error:
            outcomes.append(f"error {error}")
        raw = self.engine.raw_connection()
        left, right = self.rows(raw), self.rows(self.db)
        raw.close()
        if left != right or outcomes[0][:5] != outcomes[1][:5]:
            return f"{operation}{ids}: {outcomes} {left} {right}"
        return None

    # The operations: each returns without an effect if a row is missing.
    def session_insert(self, s, p):
        if not s.get(self.P, p):
            s.add(self.P(id=p, name=f"p{p}"))

    def views_insert(self, db, p):
        db.execute("INSERT OR IGNORE INTO p(id, name) VALUES (?, ?)",
                   (p, f"p{p}"))

    def session_delete(self, s, p):
        if s.get(self.P, p):
            s.delete(s.get(self.P, p))

    def views_delete(self, db, p):
        db.execute("DELETE FROM p WHERE id = ?", (p,))

    def session_delete_child(self, s, c):
        if s.get(self.C, c):
            s.delete(s.get(self.C, c))

    def views_delete_child(self, db, c):
        db.execute(f"DELETE FROM {self.child} WHERE id = ?", (c,))

    def session_add(self, s, p, c):
        parent, child = s.get(self.P, p), s.get(self.C, c)
        if parent is None:
            raise LookupError("no parent")
        child = child or self.C(id=c, name=f"c{c}")
        if self.kind == "one":
            parent.cs = child
        elif child not in parent.cs:
            parent.cs.append(child)

    def views_add(self, db, p, c):
        exists = db.execute(f"SELECT 1 FROM {self.child} WHERE id = ?",
                            (c,)).fetchall()
        if self.kind == "one":
            if not db.execute("SELECT 1 FROM p WHERE id = ?", (p,)).fetchall():
                raise sqlite3.Error("no parent")
            if not exists:
                db.execute("INSERT INTO c(id, name) VALUES (?, ?)",
                           (c, f"c{c}"))
            db.execute("UPDATE p__cs SET cs__id = ? WHERE id = ?", (c, p))
        elif exists:
            db.execute("INSERT INTO p__cs(p__id, id) VALUES (?, ?)", (p, c))
        else:
            db.execute("INSERT INTO p__cs(p__id, id, name) VALUES (?, ?, ?)",
                       (p, c, f"c{c}"))

    def session_remove(self, s, p, c):
        parent, child = s.get(self.P, p), s.get(self.C, c)
        if parent and child and self.kind == "one" and parent.cs is child:
            parent.cs = None
        elif parent and child and self.kind != "one" and child in parent.cs:
            parent.cs.remove(child)

    def views_remove(self, db, p, c):
        if self.kind == "one":
            db.execute("UPDATE p__cs SET cs__id = NULL"
                       " WHERE id = ? AND cs__id = ?", (p, c))
        else:
            db.execute("DELETE FROM p__cs WHERE p__id = ? AND id = ?", (p, c))

    def session_set(self, s, p, c):
        child = s.get(self.C, c)
        if child and self.kind != "through":
            child.p = s.get(self.P, p)

    def views_set(self, db, p, c):
        if self.kind != "through":
            db.execute(f"UPDATE {self.child}__p SET p__id ="
                       " (SELECT id FROM p WHERE id = ?) WHERE id = ?", (p, c))


OPERATIONS = {"insert": 1, "delete": 1, "delete_child": 1, "add": 2,
              "remove": 2, "set": 2}
# Each operation once, with what it needs.
TABLE = [("insert", 1), ("insert", 2), ("add", 1, 3), ("add", 1, 4),
         ("add", 2, 3), ("add", 9, 3), ("remove", 1, 4), ("add", 2, 5),
         ("set", 1, 5), ("set", 9, 5), ("add", 1, 5), ("delete", 2),
         ("add", 1, 4), ("delete", 1), ("delete_child", 3)]


def steps(generator):
    for _ in range(25):
        name = generator.choice(list(OPERATIONS))
        yield (name, *(generator.choice(IDS)
                       for _ in range(OPERATIONS[name])))


def is_cycle(pair, step):
    """SQLAlchemy refuses or recurses in a cycle of a tree: it is left out."""
    if pair.kind != "tree" or step[0] not in ("add", "set"):
        return False
    above = pair.db.execute(
        "WITH RECURSIVE up(id) AS (SELECT ? UNION SELECT p_id FROM p JOIN up"
        " USING (id)) SELECT id FROM up", (step[1],)).fetchall()
    return (step[2],) in above


def run(directory, library, kind, cascade, passive, sequence):
    pair = Pair(directory, library, kind, cascade, passive)
    count = 0
    for step in sequence:
        if is_cycle(pair, step):
            continue
        if kind == "through" and "orphan" in (cascade or "") and \
                step[0] == "add" and pair.db.execute(
                    "SELECT 1 FROM link WHERE c_id = ?", (step[2],)).fetchall():
            continue  # single_parent
        count += 1
        difference = pair.both(*step)
        if difference:
            print(f"{kind}, {cascade}, {passive}: {difference}")
            break
    pair.engine.dispose()
    pair.db.close()
    return count


def main(library, seed, rounds):
    with tempfile.TemporaryDirectory() as directory:
        for kind in KINDS:
            for cascade, passive in [(c, None) for c in CASCADES] + [
                    (None, "all")]:
                if kind == "one" and passive:
                    continue  # SQLAlchemy does not load the replaced child
                if kind == "parent" and (
                        passive or "orphan" in (cascade or "")):
                    continue  # an error in SQLAlchemy and in orm
                count = run(directory, library, kind, cascade, passive, TABLE)
                for i in range(rounds):
                    generator = random.Random(f"{seed} {i} {kind} {cascade}")
                    count += run(directory, library, kind, cascade, passive,
                                 list(steps(generator)))
                print(f"ok {kind}, {cascade}, {passive}: {count} operations")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
