"""Objects in a session of SQLAlchemy and by orm_save(), orm_get() and
orm_delete(): after each change, the rows of both databases must be equal.

    python3 objects.py build/orm.so

Prints one line per case: its name, and "equal" or the rows that differ.
"""

import json
import sqlite3
import sys
import warnings

from sqlalchemy import (Boolean, Column, DateTime, Float, ForeignKey,
                        ForeignKeyConstraint, Integer, String, Table, Text,
                        create_engine, event)
from sqlalchemy.orm import (Session, backref, declarative_base, relationship)

warnings.simplefilter("ignore")
Base = declarative_base()


post_tag = Table(
    "post_tag", Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True))


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    name = Column(Text, unique=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    nickname = Column(String(64), unique=True)
    active = Column(Boolean)
    score = Column(Float)
    posts = relationship("Post", backref="author", order_by="Post.id.desc()")
    profile = relationship("Profile", backref="user", uselist=False)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    body = Column(String(140))
    timestamp = Column(DateTime)
    user_id = Column(Integer, ForeignKey("user.id"))
    comments = relationship("Comment", backref="post",
                            cascade="all, delete-orphan")
    tags = relationship("Tag", secondary=post_tag, backref="posts")


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    text = Column(Text)
    post_id = Column(Integer, ForeignKey("post.id"))


class Profile(Base):
    __tablename__ = "profile"
    id = Column(Integer, primary_key=True)
    text = Column(Text)
    user_id = Column(Integer, ForeignKey("user.id"))


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    name = Column(Text)
    parent_id = Column(Integer, ForeignKey("node.id"))
    children = relationship("Node", backref=backref("parent",
                                                    remote_side=[id]))


class Label(Base):
    __tablename__ = "label"
    shop = Column(Text, primary_key=True)
    code = Column(Text, primary_key=True)
    uses = relationship("Use", backref="label")


class Use(Base):
    __tablename__ = "use"
    id = Column(Integer, primary_key=True)
    s = Column(Text)
    c = Column(Text)
    __table_args__ = (ForeignKeyConstraint(["s", "c"],
                                           ["label.shop", "label.code"]),)


MODELS = [User, Post, Comment, Profile, Node, Label, Use, Tag]

DECLARE = """
SELECT orm_reflect();
INSERT INTO orm_relationship(model, name, target, backref, uselist, cascade, order_by, secondary)
VALUES
  ('User', 'posts', 'Post', 'author', NULL, NULL, 'id DESC', NULL),
  ('User', 'profile', 'Profile', 'user', 0, NULL, NULL, NULL),
  ('Post', 'comments', 'Comment', 'post', NULL, '{cascade}', NULL, NULL),
  ('Node', 'children', 'Node', 'parent', NULL, NULL, NULL, NULL),
  ('Label', 'uses', 'Use', 'label', NULL, NULL, NULL, NULL),
  ('Post', 'tags', 'Tag', 'posts', NULL, NULL, NULL, 'post_tag');
"""


def fill(s):
    john = User(nickname="john", active=True, score=0.1)
    susan = User(nickname="susan", active=False)
    s.add_all([john, susan])
    s.flush()
    s.add_all([Post(body="one", author=john), Post(body="two", author=john),
               Post(body="three", author=susan), Post(body="nobody's")])
    s.flush()
    sql, orm = Tag(name="sql"), Tag(name="orm")
    s.get(Post, 1).tags = [sql, orm]
    s.get(Post, 2).tags = [sql]
    s.add(Tag(name="unused"))
    s.flush()
    s.add_all([Comment(text="c1", post_id=1), Comment(text="c2", post_id=1),
               Comment(text="c3", post_id=3)])
    s.add(Profile(text="about john", user=john))
    root = Node(name="root")
    s.add(root)
    s.flush()
    a = Node(name="a", parent=root)
    s.add(a)
    s.flush()
    s.add_all([Node(name="aa", parent=a)])
    s.add_all([Label(shop="x", code="1"), Label(shop="y", code="1")])
    s.flush()
    s.add_all([Use(s="x", c="1"), Use()])


def tag(s, name):
    return s.query(Tag).filter_by(name=name).one()


def get(s, model, key):
    return s.get(model, key)


def named(s, nickname):
    return s.query(User).filter_by(nickname=nickname).one()


def change(obj, **values):
    for name, value in values.items():
        setattr(obj, name, value)


# (name, what SQLAlchemy does with a session, the calls of orm)
CASES = [
    # columns
    ("insert", lambda s: s.add(User(nickname="bob", active=True)),
     [("save", "User", {"nickname": "bob", "active": True})]),
    ("insert with key", lambda s: s.add(User(id=9, nickname="bob")),
     [("save", "User", {"id": 9, "nickname": "bob"})]),
    ("merge", lambda s: s.merge(User(id=1, nickname="johnny")),
     [("save", "User", {"id": 1, "nickname": "johnny"})]),
    ("merge a new one", lambda s: s.merge(User(id=9, nickname="bob")),
     [("save", "User", {"id": 9, "nickname": "bob"})]),
    ("update", lambda s: change(named(s, "john"), score=2.5, active=None),
     [("save", "User", {"nickname": "john", "score": 2.5, "active": None})]),
    ("many", lambda s: s.add_all([User(nickname=f"u{i}") for i in range(20)]),
     [("save", "User", [{"nickname": f"u{i}"} for i in range(20)])]),
    # to one
    ("to one: new with an old one",
     lambda s: s.add(Post(body="new", author=named(s, "susan"))),
     [("save", "Post", {"body": "new", "author": {"nickname": "susan"}})]),
    ("to one: both new",
     lambda s: s.add(Post(body="new", author=User(nickname="bob"))),
     [("save", "Post", {"body": "new", "author": {"nickname": "bob"}})]),
    ("to one: another", lambda s: change(get(s, Post, 1),
                                         author=named(s, "susan")),
     [("save", "Post", {"id": 1, "author": {"nickname": "susan"}})]),
    ("to one: none", lambda s: change(get(s, Post, 1), author=None),
     [("save", "Post", {"id": 1, "author": None})]),
    ("to one: its column", lambda s: change(get(s, Post, 1).author, score=7.0),
     [("save", "Post", {"id": 1, "author": {"id": 1, "score": 7.0}})]),
    ("to one: composite",
     lambda s: change(get(s, Use, 2), label=get(s, Label, ("y", "1"))),
     [("save", "Use", {"id": 2, "label": {"shop": "y", "code": "1"}})]),
    ("to one: composite, none", lambda s: change(get(s, Use, 1), label=None),
     [("save", "Use", {"id": 1, "label": None})]),
    # to many
    ("to many: a new owner",
     lambda s: s.add(User(nickname="bob", posts=[Post(body="p"),
                                                 Post(body="q")])),
     [("save", "User", {"nickname": "bob",
                        "posts": [{"body": "p"}, {"body": "q"}]})]),
    ("to many: append",
     lambda s: named(s, "john").posts.append(Post(body="p")),
     [("save", "User", {"nickname": "john",
                        "posts": {"add": [{"body": "p"}]}})]),
    ("to many: append an old one",
     lambda s: named(s, "john").posts.append(get(s, Post, 3)),
     [("save", "User", {"nickname": "john", "posts": {"add": [{"id": 3}]}})]),
    ("to many: remove",
     lambda s: named(s, "john").posts.remove(get(s, Post, 1)),
     [("save", "User", {"nickname": "john", "posts": {"remove": [1]}})]),
    ("to many: all",
     lambda s: change(named(s, "john"), posts=[get(s, Post, 2),
                                               Post(body="new")]),
     [("save", "User", {"nickname": "john",
                        "posts": [{"id": 2}, {"body": "new"}]})]),
    ("to many: none", lambda s: change(named(s, "john"), posts=[]),
     [("save", "User", {"nickname": "john", "posts": []})]),
    ("to many: orphans",
     lambda s: change(get(s, Post, 1), comments=[get(s, Comment, 2)]),
     [("save", "Post", {"id": 1, "comments": [{"id": 2}]})]),
    ("to many: an orphan",
     lambda s: get(s, Post, 1).comments.remove(get(s, Comment, 1)),
     [("save", "Post", {"id": 1, "comments": {"remove": [{"id": 1}]}})]),
    ("to many: composite",
     lambda s: change(get(s, Label, ("x", "1")), uses=[get(s, Use, 2)]),
     [("save", "Label", {"shop": "x", "code": "1", "uses": [{"id": 2}]})]),
    # one to one
    ("one to one: new",
     lambda s: change(named(s, "susan"), profile=Profile(text="hers")),
     [("save", "User", {"nickname": "susan", "profile": {"text": "hers"}})]),
    ("one to one: another",
     lambda s: change(named(s, "john"), profile=Profile(text="new")),
     [("save", "User", {"nickname": "john", "profile": {"text": "new"}})]),
    ("one to one: none", lambda s: change(named(s, "john"), profile=None),
     [("save", "User", {"nickname": "john", "profile": None})]),
    ("one to one: its column",
     lambda s: change(named(s, "john").profile, text="changed"),
     [("save", "User", {"nickname": "john",
                        "profile": {"id": 1, "text": "changed"}})]),
    ("one to one: moved",
     lambda s: change(get(s, Profile, 1), user=named(s, "susan")),
     [("save", "Profile", {"id": 1, "user": {"nickname": "susan"}})]),
    # trees
    ("tree: a child", lambda s: s.add(Node(name="b", parent=get(s, Node, 1))),
     [("save", "Node", {"name": "b", "parent": {"id": 1}})]),
    ("tree: a branch",
     lambda s: s.add(Node(name="r", children=[
         Node(name="s", children=[Node(name="t")])])),
     [("save", "Node", {"name": "r", "children": [
         {"name": "s", "children": [{"name": "t"}]}]})]),
    ("tree: moved", lambda s: change(get(s, Node, 3), parent=get(s, Node, 1)),
     [("save", "Node", {"id": 3, "parent": {"id": 1}})]),
    ("tree: cut", lambda s: change(get(s, Node, 1), children=[]),
     [("save", "Node", {"id": 1, "children": []})]),
    # many to many
    ("many to many: a new owner",
     lambda s: s.add(Post(body="p", tags=[tag(s, "sql"), Tag(name="new")])),
     [("save", "Post", {"body": "p",
                        "tags": [{"name": "sql"}, {"name": "new"}]})]),
    ("many to many: all",
     lambda s: change(get(s, Post, 1), tags=[tag(s, "unused"),
                                             tag(s, "orm")]),
     [("save", "Post", {"id": 1,
                        "tags": [{"name": "unused"}, {"name": "orm"}]})]),
    ("many to many: none", lambda s: change(get(s, Post, 1), tags=[]),
     [("save", "Post", {"id": 1, "tags": []})]),
    ("many to many: append",
     lambda s: get(s, Post, 3).tags.append(tag(s, "sql")),
     [("save", "Post", {"id": 3, "tags": {"add": [{"name": "sql"}]}})]),
    ("many to many: remove",
     lambda s: get(s, Post, 1).tags.remove(tag(s, "sql")),
     [("save", "Post", {"id": 1, "tags": {"remove": [{"name": "sql"}]}})]),
    ("many to many: backref",
     lambda s: change(tag(s, "sql"), posts=[get(s, Post, 2),
                                            get(s, Post, 3)]),
     [("save", "Tag", {"name": "sql", "posts": [{"id": 2}, {"id": 3}]})]),
    ("many to many: rename", lambda s: change(tag(s, "sql"), name="SQL"),
     [("save", "Tag", {"id": 1, "name": "SQL"})]),
    ("many to many: delete a target", lambda s: s.delete(tag(s, "sql")),
     [("delete", "Tag", {"name": "sql"})]),
    # deep
    ("three levels",
     lambda s: s.add(User(nickname="bob", posts=[
         Post(body="p", comments=[Comment(text="c")])])),
     [("save", "User", {"nickname": "bob", "posts": [
         {"body": "p", "comments": [{"text": "c"}]}]})]),
    ("up two levels",
     lambda s: s.add(Comment(text="c", post=Post(
         body="p", author=User(nickname="bob")))),
     [("save", "Comment", {"text": "c", "post": {
         "body": "p", "author": {"nickname": "bob"}}})]),
    # deleting
    ("delete: a leaf", lambda s: s.delete(get(s, Comment, 1)),
     [("delete", "Comment", 1)]),
    ("delete: children lose their key", lambda s: s.delete(named(s, "john")),
     [("delete", "User", {"nickname": "john"})]),
    ("delete: children go", lambda s: s.delete(get(s, Post, 1)),
     [("delete", "Post", 1)]),
    ("delete: a child", lambda s: s.delete(get(s, Post, 4)),
     [("delete", "Post", 4)]),
    ("delete: a node", lambda s: s.delete(get(s, Node, 2)),
     [("delete", "Node", 2)]),
    ("delete: composite", lambda s: s.delete(get(s, Label, ("x", "1"))),
     [("delete", "Label", ["x", "1"])]),
]


def rows(db):
    return {f"{m.__tablename__}: {row}"
            for m in MODELS
            for row in db.execute(f'SELECT * FROM "{m.__tablename__}"')
            } | {f"post_tag: {row}"
                 for row in db.execute("SELECT * FROM post_tag")}


def new_database(library, cascade):
    """Returns a session, and a connection to a copy of its database."""
    engine = create_engine("sqlite://")
    event.listen(engine, "connect",
                 lambda db, _: db.execute("PRAGMA foreign_keys = 1"))
    Base.metadata.create_all(engine)
    session = Session(engine, future=True)
    fill(session)
    session.commit()
    db = sqlite3.connect(":memory:", isolation_level=None)
    session.connection().connection.backup(db)
    db.enable_load_extension(True)
    db.load_extension(library)
    db.execute("PRAGMA foreign_keys = 1")
    db.executescript(DECLARE.replace("{cascade}", cascade))
    return session, db


def run_case(library, cascade, act, calls):
    session, db = new_database(library, cascade)
    held = [session.query(m).all() for m in MODELS]  # the session does not
    act(session)
    session.commit()
    del held
    for verb, model, value in calls:
        text = json.dumps(value) if isinstance(value, (dict, list)) else value
        db.execute(f"SELECT orm_{verb}(?, ?)", (model, text)).fetchone()
    theirs = rows(session.connection().connection)
    ours = rows(db)
    if theirs == ours:
        return "equal"
    return f"SQLAlchemy {sorted(theirs - ours)}, orm {sorted(ours - theirs)}"


def dump(obj, members):
    """What marshmallow would write of an object."""
    out = {}
    for name, inner in members.items():
        value = getattr(obj, name)
        if inner is None:
            out[name] = value
        elif isinstance(value, list):
            out[name] = [dump(v, inner) for v in value]
        else:
            out[name] = value and dump(value, inner)
    return out


def members_text(members):
    return ", ".join(name if inner is None else f"{name}({members_text(inner)})"
                     for name, inner in members.items())


POST = {"id": None, "body": None, "comments": {"text": None}}
READS = [
    (User, "User", {"id": None, "nickname": None, "active": None,
                    "score": None}),
    (User, "User", {"nickname": None, "posts": POST, "profile": {"text": None}}),
    (Post, "Post", {"body": None, "author": {"nickname": None,
                                             "posts": {"id": None}}}),
    (Comment, "Comment", {"text": None, "post": {"author": {
        "profile": {"text": None}}}}),
    (Node, "Node", {"name": None, "parent": {"name": None},
                    "children": {"name": None, "children": {"id": None}}}),
    (Post, "Post", {"id": None, "tags": {"name": None, "posts": {
        "body": None}}}),
    (Tag, "Tag", {"name": None, "posts": {"id": None}}),
    (Label, "Label", {"shop": None, "uses": {"id": None}}),
    (Use, "Use", {"id": None, "label": {"code": None}}),
]


def run_read(library, cascade, cls, model, members):
    session, db = new_database(library, cascade)
    keys = [c.name for c in cls.__table__.primary_key]
    for obj in session.query(cls).all():
        key = json.dumps([getattr(obj, k) for k in keys])
        got = db.execute("SELECT orm_get(?, ?, ?)",
                         (model, key, members_text(members))).fetchone()[0]
        if json.loads(got) != dump(obj, members):
            return f"SQLAlchemy {dump(obj, members)}, orm {got}"
    return "equal"


def main():
    library = sys.argv[1].removesuffix(".so")
    cascade = sys.argv[2]
    for name, act, calls in CASES:
        print(f"{name}: {run_case(library, cascade, act, calls)}")
    for i, (cls, model, members) in enumerate(READS):
        print(f"read {i} {model}: "
              f"{run_read(library, cascade, cls, model, members)}")


main()
