"""Each kind of relationship with each cascade: the rows that a session of
SQLAlchemy leaves, and those that orm_save() and orm_delete() leave.

    python3 cascades.py build/orm.so

Owners p1, p2, p3 have children c1 and c2, c3, none; c4 has no owner. (An owner
of one child: p1 has c1, p2 has c3.) In a tree, owners and children are in one
table. Prints one line per case: its name, and "equal" or the rows that differ.
"""

import json
import sqlite3
import sys
import warnings

from sqlalchemy import (Column, ForeignKey, ForeignKeyConstraint, Integer,
                        Table, Text, create_engine, event)
from sqlalchemy.orm import (Session, backref, declarative_base, relationship)

warnings.simplefilter("ignore")

CASCADES = [None, "save-update, merge", "save-update, merge, delete", "all",
            "all, delete-orphan"]

# {kind: (composite keys, one child, one table, association)}
KINDS = {
    "to many": (False, False, False, False),
    "one to one": (False, True, False, False),
    "to many, composite": (True, False, False, False),
    "one to one, composite": (True, True, False, False),
    "tree": (False, False, True, False),
    "tree, composite": (True, False, True, False),
    "chain": (False, True, True, False),
    "many to many": (False, False, False, True),
    "many to many, composite": (True, False, False, True),
    "many to many, one table": (False, False, True, True),
}
OWNED = {"c1": "p1", "c2": "p1", "c3": "p2"}


class Kind:
    """The classes of a kind of relationship with a cascade."""

    def __init__(self, name, cascade):
        self.name, self.cascade = name, cascade
        self.composite, self.one, self.tree, self.many = KINDS[name]
        self.base = declarative_base()
        parent_key = self.key_names("p")
        key = {"id": Column(Integer, primary_key=True)}
        if self.composite:
            key["part"] = Column(Integer, primary_key=True)
        foreign = {} if self.many else {
            n: Column(Integer) for n in parent_key}
        foreign_args = () if self.many else (ForeignKeyConstraint(
            parent_key, [f"p.{k}" for k in key]),)
        self.P = type("P", (self.base,), {
            "__tablename__": "p", "name": Column(Text, unique=True), **key,
            **({**foreign, "__table_args__": foreign_args}
               if self.tree else {})})
        self.C = self.P if self.tree else type("C", (self.base,), {
            "__tablename__": "c", "name": Column(Text, unique=True),
            **{n: Column(Integer, primary_key=True) for n in key}, **foreign,
            "__table_args__": foreign_args})
        self.relate()

    def key_names(self, prefix):
        return [f"{prefix}_id"] + [f"{prefix}_part"] * self.composite

    def association(self):
        target = "p" if self.tree else "c"
        keys = ["id"] + ["part"] * self.composite
        near, far = self.key_names("p"), self.key_names("c")
        return Table(
            "l", self.base.metadata,
            *[Column(n, Integer, primary_key=True) for n in near + far],
            ForeignKeyConstraint(near, [f"p.{k}" for k in keys]),
            ForeignKeyConstraint(far, [f"{target}.{k}" for k in keys]))

    def relate(self):
        words = {}
        if self.cascade:
            words["cascade"] = self.cascade
        if self.one:
            words["uselist"] = False
        back = {}
        if self.tree and not self.many:
            back["remote_side"] = [self.P.id] + (
                [self.P.part] if self.composite else [])
        if self.many:
            words["secondary"] = self.link = self.association()
            words["single_parent"] = "delete-orphan" in (self.cascade or "")
            if self.tree:
                words["primaryjoin"] = self.P.id == self.link.c.p_id
                words["secondaryjoin"] = self.P.id == self.link.c.c_id
        self.member = "child" if self.one else "children"
        self.back = "owners" if self.many else "owner"
        setattr(self.P, self.member, relationship(
            self.C, backref=backref(self.back, **back), **words))

    def number(self, name):
        return int(name[1]) + (10 if self.tree and name[0] == "c" else 0)

    def key(self, name):
        key = {"id": self.number(name)}
        if self.composite:
            key["part"] = 7
        return key

    def owned(self):
        return {c: p for c, p in OWNED.items() if not self.one or c != "c2"}

    def fill(self, db):
        """Inserts by SQL, because a session refuses orphans."""
        def insert(table, values):
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            db.execute(f"INSERT INTO {table}({names}) VALUES ({marks})",
                       list(values.values()))
        for name in ("p1", "p2", "p3"):
            insert("p", {"name": name, **self.key(name)})
        for name in ("c1", "c2", "c3", "c4"):
            owner = self.owned().get(name)
            values = {"name": name, **self.key(name)}
            if owner and not self.many:
                values.update(zip(self.key_names("p"),
                                  self.key(owner).values()))
            insert("p" if self.tree else "c", values)
            if owner and self.many:
                insert("l", dict(zip(
                    self.key_names("p") + self.key_names("c"),
                    [*self.key(owner).values(), *self.key(name).values()])))

    def declare(self):
        def text(value):
            return "NULL" if value is None else "'" + value + "'"
        foreign = None
        if self.many and self.tree:
            foreign = "l.p_id"
        return f"""
            SELECT orm_reflect();
            INSERT INTO orm_relationship(model, name, target, backref, uselist,
              cascade, secondary, foreign_key)
            VALUES ('P', '{self.member}', '{"P" if self.tree else "C"}',
              '{self.back}', {0 if self.one else 'NULL'},
              {text(self.cascade)}, {text("l" if self.many else None)},
              {text(foreign)});"""


def find(s, kind, name):
    return s.get(kind.P if name[0] == "p" or kind.tree else kind.C,
                 tuple(kind.key(name).values()))


def rows(kind, db):
    tables = ["p"] + ["c"] * (not kind.tree) + ["l"] * kind.many
    return {f"{t}: {row}" for t in tables
            for row in db.execute(f"SELECT * FROM {t}")}


# ---- the changes: what a session does, and the calls of orm -----------------

def change(obj, **values):
    for name, value in values.items():
        setattr(obj, name, value)


def put(kind, owner, children):
    """Sets the whole collection in a session."""
    if kind.one:
        setattr(owner, kind.member, children[0] if children else None)
    else:
        setattr(owner, kind.member, children)


def whole(kind, owner, *children):
    """The JSON of an owner with these children; {} is a new one."""
    value = ([{**c} if isinstance(c, dict) else kind.key(c) for c in children])
    return {**(owner if isinstance(owner, dict) else kind.key(owner)),
            kind.member: (value[0] if value else None) if kind.one else value}


def new(kind, name):
    """The members of a new object."""
    return {"name": name, "id": 90 + ord(name[-1]) % 10,
            **({"part": 7} if kind.composite else {})}


def part(kind, owner, **parts):
    return {**kind.key(owner),
            kind.member: {word: [kind.key(c) for c in children]
                          for word, children in parts.items()}}


def cases(k):
    """Yields (name, work in a session, [(verb, model, value)])."""
    p, c = "P", "P" if k.tree else "C"
    C = k.C

    def on(name, act):
        return lambda s: act(s, find(s, k, name))

    yield ("rename", on("c1", lambda s, o: change(o, name="x")),
           [("save", c, {**k.key("c1"), "name": "x"})])
    yield ("a new owner with a new child",
           lambda s: s.add(k.P(**new(k, "new1"), **{
               k.member: C(**new(k, "new2")) if k.one
               else [C(**new(k, "new2"))]})),
           [("save", p, whole(k, new(k, "new1"), new(k, "new2")))])
    yield ("a new owner takes a child",
           lambda s: s.add(k.P(**new(k, "new1"), **{
               k.member: find(s, k, "c1") if k.one
               else [find(s, k, "c1")]})),
           [("save", p, whole(k, new(k, "new1"), "c1"))])
    yield ("the same", on("p1", lambda s, o: put(
               k, o, [find(s, k, n) for n, q in k.owned().items()
                      if q == "p1"])),
           [("save", p, whole(k, "p1", *[n for n, q in k.owned().items()
                                         if q == "p1"]))])
    yield ("none", on("p1", lambda s, o: put(k, o, [])),
           [("save", p, whole(k, "p1"))])
    yield ("another child", on("p1", lambda s, o: put(
               k, o, [find(s, k, "c4")])),
           [("save", p, whole(k, "p1", "c4"))])
    yield ("a new child instead", on("p1", lambda s, o: put(
               k, o, [C(**new(k, "new2"))])),
           [("save", p, whole(k, "p1", new(k, "new2")))])
    yield ("a child of another owner", on("p3", lambda s, o: put(
               k, o, [find(s, k, "c1")])),
           [("save", p, whole(k, "p3", "c1"))])
    yield ("a child and its column", on("p1", lambda s, o: (
               put(k, o, [find(s, k, "c1")]),
               change(find(s, k, "c1"), name="x"))),
           [("save", p, whole(k, "p1", {**k.key("c1"), "name": "x"}))])
    yield ("swap", lambda s: (
               put(k, find(s, k, "p1"), [find(s, k, "c3")]),
               put(k, find(s, k, "p2"), [find(s, k, "c1")])),
           [("save", p, [whole(k, "p1", "c3"), whole(k, "p2", "c1")])])
    yield ("none, then another owner", lambda s: (
               put(k, find(s, k, "p1"), []),
               put(k, find(s, k, "p3"), [find(s, k, "c1")])),
           [("save", p, [whole(k, "p1"), whole(k, "p3", "c1")])])
    if not k.one:
        yield ("remove, then another owner", lambda s: (
                   getattr(find(s, k, "p1"), k.member).remove(
                       find(s, k, "c1")),
                   getattr(find(s, k, "p3"), k.member).append(
                       find(s, k, "c1"))),
               [("save", p, [part(k, "p1", remove=["c1"]),
                             part(k, "p3", add=["c1"])])])
        yield ("append", on("p3", lambda s, o: getattr(o, k.member).append(
                   find(s, k, "c4"))), [("save", p, part(k, "p3", add=["c4"]))])
        yield ("move", on("p3", lambda s, o: (
                   getattr(find(s, k, "p1"), k.member).remove(
                       find(s, k, "c1")),
                   getattr(o, k.member).append(find(s, k, "c1")))),
               [("save", p, [part(k, "p3", add=["c1"])]
                 if not k.many else
                 [part(k, "p3", add=["c1"]), part(k, "p1", remove=["c1"])])])
        yield ("remove", on("p1", lambda s, o: getattr(o, k.member).remove(
                   find(s, k, "c1"))),
               [("save", p, part(k, "p1", remove=["c1"]))])
    if k.many:
        yield ("back: append", on("c4", lambda s, o: o.owners.append(
                   find(s, k, "p3"))),
               [("save", c, {**k.key("c4"),
                             "owners": {"add": [k.key("p3")]}})])
        yield ("back: none", on("c1", lambda s, o: change(o, owners=[])),
               [("save", c, {**k.key("c1"), "owners": []})])
    else:
        yield ("back: another", on("c1", lambda s, o: change(
                   o, owner=find(s, k, "p3"))),
               [("save", c, {**k.key("c1"), "owner": k.key("p3")})])
        yield ("back: a new one", on("c1", lambda s, o: change(
                   o, owner=k.P(**new(k, "new1")))),
               [("save", c, {**k.key("c1"), "owner": new(k, "new1")})])
        yield ("back: none", on("c1", lambda s, o: change(o, owner=None)),
               [("save", c, {**k.key("c1"), "owner": None})])
        yield ("back: none, then another", on("c1", lambda s, o: (
                   change(o, owner=None),
                   change(o, owner=find(s, k, "p3")))),
               [("save", c, [{**k.key("c1"), "owner": None},
                             {**k.key("c1"), "owner": k.key("p3")}])])
        yield ("back: none before", on("c4", lambda s, o: change(
                   o, owner=find(s, k, "p3"))),
               [("save", c, {**k.key("c4"), "owner": k.key("p3")})])
    for name in ("p1", "p3", "c1", "c4"):
        model = p if name[0] == "p" else c
        yield (f"delete {name}", on(name, lambda s, o: s.delete(o)),
               [("delete", model, k.key(name))])
    if k.tree and not k.many:
        yield ("a branch", lambda s: put(k, find(s, k, "p3"), [
                   put_all(k, s, find(s, k, "c4"), ["c3"])]),
               [("save", p, whole(k, "p3", whole(k, "c4", "c3")))])
        yield ("delete a branch", lambda s: (
                   put(k, find(s, k, "p3"), [find(s, k, "p1")]), s.flush(),
                   s.delete(find(s, k, "p3"))),
               [("save", p, whole(k, "p3", "p1")),
                ("delete", p, k.key("p3"))])


def put_all(k, s, owner, children):
    put(k, owner, [find(s, k, c) for c in children])
    return owner


# ---- running ----------------------------------------------------------------

def session_of(kind):
    engine = create_engine("sqlite://")
    event.listen(engine, "connect",
                 lambda db, _: db.execute("PRAGMA foreign_keys = 1"))
    kind.base.metadata.create_all(engine)
    session = Session(engine, future=True)
    raw = session.connection().connection
    kind.fill(raw)
    raw.commit()
    return session


def copy_of(session, kind, library):
    db = sqlite3.connect(":memory:", isolation_level=None)
    session.connection().connection.backup(db)
    db.enable_load_extension(True)
    db.load_extension(library)
    db.execute("PRAGMA foreign_keys = 1")
    db.executescript(kind.declare())
    return db


def outcome(act):
    try:
        act()
        return None
    except Exception as error:  # both sides may refuse
        return str(error).split("\n")[0]


def run_case(kind, library, act, calls):
    session = session_of(kind)
    db = copy_of(session, kind, library)
    held = [session.query(m).all() for m in {kind.P, kind.C}]
    for owner in held[0] + held[-1]:
        if isinstance(owner, kind.P):
            getattr(owner, kind.member)

    def theirs():
        act(session)
        session.commit()

    def ours():
        db.execute("BEGIN")
        for verb, model, value in calls:
            db.execute(f"SELECT orm_{verb}(?, ?)",
                       (model, json.dumps(value))).fetchone()
        db.execute("COMMIT")

    their_error = outcome(theirs)
    if their_error:
        session.rollback()
    our_error = outcome(ours)
    if our_error:
        db.execute("ROLLBACK")
    expected = rows(kind, session.connection().connection)
    got = rows(kind, db)
    del held
    if expected == got and bool(their_error) == bool(our_error):
        return "equal"
    return (f"SQLAlchemy {their_error or sorted(expected - got)}, "
            f"orm {our_error or sorted(got - expected)}")


def main():
    library = sys.argv[1].removesuffix(".so")
    for name in KINDS:
        for cascade in CASCADES:
            kind = Kind(name, cascade)
            for case, act, calls in cases(kind):
                result = run_case(kind, library, act, calls)
                print(f"{name}; {cascade}; {case}: {result}", flush=True)


main()
