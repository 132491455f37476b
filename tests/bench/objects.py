"""Objects: orm_get() and orm_save() beside SQL that is written by hand, and
beside the object mappers that are installed here, of Python and of Node.

1,000 users with 10 posts each are read whole; 10,000 posts with their authors by
name are saved. CPU milliseconds, medians. The programs run in turn; a ratio is
the median of the ratios of the turns.
"""

import json
import os
import shutil
import statistics
import subprocess
import time
import warnings

import start

USERS, POSTS = 1000, 10000
TURNS = 7

SCHEMA = """
SELECT orm_init();
INSERT INTO orm_model(name) VALUES ('User'), ('Post');
INSERT INTO orm_column(model, name, definition) VALUES
  ('User', 'id', 'Integer PRIMARY KEY'),
  ('User', 'nickname', 'String(64) UNIQUE INDEX'),
  ('User', 'email', 'String(120) UNIQUE INDEX'),
  ('Post', 'id', 'Integer PRIMARY KEY'),
  ('Post', 'body', 'String(140)'),
  ('Post', 'timestamp', 'DateTime'),
  ('Post', 'user_id', 'Integer INDEX REFERENCES user(id)');
INSERT INTO orm_relationship(model, name, target, backref)
  VALUES ('User', 'posts', 'Post', 'author');
SELECT orm_migrate();
"""

USER_ROWS = [(i, f"user{i}", f"user{i}@example.com")
             for i in range(1, USERS + 1)]
POST_ROWS = [(i, f"this is the body of post number {i}",
              "2026-01-01 12:00:00.000000", 1 + i % USERS)
             for i in range(1, POSTS + 1)]

READ_BY_HAND = """
SELECT json_object('id', u.id, 'nickname', u.nickname, 'email', u.email,
  'posts', (SELECT json_group_array(json_object('id', p.id, 'body', p.body,
      'timestamp', p.timestamp, 'user_id', p.user_id))
    FROM post p WHERE p.user_id = u.id))
FROM user u
"""
READ = "SELECT orm_get('User', id, '*, posts') FROM user"
ONE = "SELECT orm_get('User', 500, '*, posts')"
ONE_BY_HAND = READ_BY_HAND + " WHERE u.id = 500"
SAVE_BY_HAND = """
INSERT INTO post(body, timestamp, user_id)
SELECT ?, ?, id FROM user WHERE nickname = ?
"""


def cpu(work):
    """CPU milliseconds of a call."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def fill(file, library):
    db = start.connect(file, library)
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    db.executemany("INSERT INTO user VALUES (?, ?, ?)", USER_ROWS)
    db.executemany("INSERT INTO post VALUES (?, ?, ?, ?)", POST_ROWS)
    db.execute("COMMIT")
    db.close()


class Sqlalchemy:
    """A session of SQLAlchemy on the file."""

    def __init__(self, file):
        import sqlalchemy as sa
        from sqlalchemy import orm
        warnings.simplefilter("ignore")
        base = orm.declarative_base()

        class User(base):
            __tablename__ = "user"
            id = sa.Column(sa.Integer, primary_key=True)
            nickname = sa.Column(sa.String(64))
            email = sa.Column(sa.String(120))
            posts = orm.relationship("Post", backref="author")

        class Post(base):
            __tablename__ = "post"
            id = sa.Column(sa.Integer, primary_key=True)
            body = sa.Column(sa.String(140))
            timestamp = sa.Column(sa.DateTime)
            user_id = sa.Column(sa.Integer, sa.ForeignKey("user.id"))

        self.orm, self.User, self.Post = orm, User, Post
        self.engine = sa.create_engine(f"sqlite:///{file}")

    def read(self, load):
        query = self.orm.Session(self.engine).query(self.User)
        if load:
            query = query.options(getattr(self.orm, load)(self.User.posts))
        return [{"id": u.id, "nickname": u.nickname, "email": u.email,
                 "posts": [{"id": p.id, "body": p.body,
                            "timestamp": p.timestamp, "user_id": p.user_id}
                           for p in u.posts]} for u in query.all()]

    def save(self):
        """Adds all posts in one transaction, and rolls it back."""
        from datetime import datetime
        session = self.orm.Session(self.engine)
        authors = {u.nickname: u for u in session.query(self.User)}
        now = datetime(2026, 1, 1, 12)
        session.add_all([self.Post(body=body, timestamp=now,
                                   author=authors[f"user{author}"])
                         for _, body, _, author in POST_ROWS])
        session.flush()
        session.rollback()
        session.close()


class Node:
    """A process of peers/objects_peer.js, whose compiler learns from one turn
    to the next. Without Node or better-sqlite3 it has no ways."""

    def __init__(self, file, library):
        self.args, self.ways = (file, library), []
        packages = os.path.join(os.path.dirname(library), "clients",
                                "node_modules")
        if not (shutil.which("node") and os.path.exists(
                os.path.join(packages, "better-sqlite3"))):
            return
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                               "peers", "objects_peer.js")
        self.process = subprocess.Popen(
            ["node", program, file, library], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "NODE_PATH": packages})
        self.ways = json.loads(self.process.stdout.readline())

    def run(self, i):
        """Milliseconds of CPU of a way."""
        self.process.stdin.write(f"{i}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def first(self, i):
        """Milliseconds of CPU of a way as the first one of a process."""
        fresh = Node(*self.args)
        taken = fresh.run(i)
        fresh.close()
        return taken

    def of(self, work):
        return [(name, lambda i=i: self.run(i))
                for i, (kind, name) in enumerate(self.ways) if kind == work]

    def first_of(self, work):
        return [(f"{name}, first in its process", lambda i=i: self.first(i))
                for i, (kind, name) in enumerate(self.ways) if kind == work]

    def close(self):
        if self.ways:
            self.process.stdin.close()
            self.process.wait()


def in_transaction(db, work):
    db.execute("BEGIN")
    work()
    db.execute("ROLLBACK")


def reads(db, peer):
    """The ways to read all users, the first one by hand."""
    select = db.execute("SELECT orm_select('User', '*, posts')").fetchone()[0]
    ways = [("SQL by hand", lambda: db.execute(READ_BY_HAND).fetchall()),
            ("orm_get()", lambda: db.execute(READ).fetchall()),
            ("orm_get() and json.loads()", lambda: [
                json.loads(row[0]) for row in db.execute(READ)]),
            ("the SQL of orm_select()", lambda: db.execute(select).fetchall())]
    for load in ("selectinload", "joinedload", None):
        ways.append((f"SQLAlchemy, {load or 'lazy'}",
                     lambda load=load: peer.read(load)))
    return ways


def one_read(db):
    """The ways to read one user 200 times."""
    def times(sql):
        return lambda: [db.execute(sql).fetchall() for _ in range(200)]
    return [("SQL by hand", times(ONE_BY_HAND)), ("orm_get()", times(ONE))]


def saves(db, peer):
    """The ways to save all posts, the first one by hand."""
    posts = [(body, now, f"user{author}") for _, body, now, author in POST_ROWS]
    text = json.dumps([{"body": body, "timestamp": now,
                        "author": {"nickname": author}}
                       for body, now, author in posts])
    return [
        ("SQL by hand", lambda: in_transaction(
            db, lambda: db.executemany(SAVE_BY_HAND, posts))),
        ("orm_save()", lambda: in_transaction(
            db, lambda: db.execute("SELECT orm_save('Post', ?)",
                                   (text,)).fetchone())),
        ("SQLAlchemy, add_all()", peer.save)]


def table(report, title, ways, others=()):
    """Measures the ways in turn, and prints a row for each. `others` measure
    themselves."""
    measured = [(name, lambda work=work: cpu(work)) for name, work in ways]
    ways = [*measured, *others]
    taken = [[] for _ in ways]
    for _ in range(TURNS):
        for times, (_, measure) in zip(taken, ways):
            times.append(measure())
    for times, (name, _) in zip(taken, ways):
        ratio = statistics.median(t / h for t, h in zip(times, taken[0]))
        report.row(title, name, f"{statistics.median(times):.1f}",
                   f"{ratio:.2f}")


def run(report, directory, library):
    file = f"{directory}/objects.db"
    fill(file, library)
    db = start.connect(file, library)
    peer, node = Sqlalchemy(file), Node(file, library)
    report.head("work", "by", "ms of CPU", "times by hand")
    table(report, "read 1,000 users with 10 posts each", reads(db, peer),
          node.of("read") + node.first_of("read"))
    table(report, "read one user with 10 posts, 200 times", one_read(db))
    table(report, "save 10,000 posts, authors by name", saves(db, peer),
          node.of("save"))
    node.close()
    db.close()
