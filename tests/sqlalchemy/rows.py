# rows.py write|read|views FILE: rows of wide.py's models, by its session.
# write: make them. read: are they what was written, or would be? views: by orm's
# views, with SQLAlchemy's statements.

import datetime
import sys
from decimal import Decimal

import wide
from sqlalchemy import MetaData, Table, create_engine, select
from sqlalchemy.orm import Session

DAY = datetime.date(2026, 1, 31)
MOMENT = datetime.datetime(2026, 1, 31, 12, 30, 15, 250)

EVERY_TYPE = {
    "id": 1,
    "big_integer": 2**62,
    "boolean": True,
    "boolean_checked": False,
    "boolean_named": None,
    "date": DAY,
    "date_time": MOMENT,
    "date_time_zone": MOMENT,
    "enum_strings": "bcd",
    "enum_class": wide.Color.yellow,
    "enum_checked": "it's",
    "float": 1.5,
    "float_53": -0.25,
    "float_decimal": Decimal("2.5"),
    "integer": -7,
    "interval": datetime.timedelta(days=2, seconds=3),
    "json": {"a": [1, None, "ä"]},
    "json_null": None,
    "large_binary": b"\0\1\xff",
    "large_binary_10": b"",
    "numeric": Decimal("12.5"),
    "numeric_10": Decimal("12"),
    "numeric_10_2": Decimal("12.34"),
    "pickle_type": {"any": ("thing",)},
    "small_integer": 3,
    "string": "007",
    "string_64": "it's",
    "string_nocase": "CaSe",
    "text": "größe",
    "text_100": "",
    "time": datetime.time(23, 59, 59),
    "unicode": "日本",
    "unicode_20": "007",
    "unicode_text": "a\nb",
    "variant": [1, 2],
    "decorated": "1,2",
}

SQL_TYPE = {
    "id": 1,
    "a_bigint": 2**62,
    "a_binary": b"\0\1",
    "a_blob": b"\xff",
    "a_boolean": True,
    "a_char": "abc",
    "a_clob": "long",
    "a_date": DAY,
    "a_datetime": MOMENT,
    "a_decimal": Decimal("0.50"),
    "a_float": 0.5,
    "a_int": 5,
    "a_json": {"a": 1},
    "a_nchar": "äöü",
    "a_numeric": Decimal("0.125"),
    "a_nvarchar": "007",
    "a_real": 0.125,
    "a_smallint": 1,
    "a_text": "text",
    "a_time": datetime.time(0, 0, 1),
    "a_timestamp": MOMENT,
    "a_varbinary": b"\2",
    "a_varchar": "1e3",
}

# What the database makes of columns that nobody gives.
DEFAULTS = {
    "number": 5,
    "negative": -1,
    "string": "it's",
    "empty": "",
    "sum": 3,
    "flag": True,
    "no_flag": False,
    "none": None,
    "real": 1.5,
    "by_client": 7,
}


def write(session):
    session.add(wide.EveryType(**EVERY_TYPE))
    session.add(wide.SqlType(**SQL_TYPE))
    # Times that are the same whenever this runs.
    session.add(wide.Defaults(id=1, made=MOMENT, stamped=MOMENT, local=MOMENT))
    invoice = wide.Invoice(
        country="de", number=7, net=Decimal("10.50"), tax=Decimal("1.25"), code="c"
    )
    session.add(invoice)
    session.flush()
    invoice.lines.append(wide.Line(id=1, body="one"))
    root = wide.Node(name="root")
    root.children = [wide.Node(name="left"), wide.Node(name="right")]
    ada, bob = wide.Person(name="ada"), wide.Person(name="bob")
    session.add_all([root, ada, bob])
    session.flush()
    ada.passport = wide.Passport(number="P1")
    ada.sent.append(wide.Message(body="hi", receiver=bob))
    session.flush()
    session.execute(
        wide.person_node.insert(), {"person_id": ada.id, "node_id": root.id}
    )
    session.add(wide.MixedCase(group="g", spaced=1, quoted=2, unicode=3))
    session.add(wide.WithoutRowid(code="a", name="b"))
    session.add(wide.Team(name="reds", players=[wide.Player(age=30, captain=True)]))
    session.commit()


def check_row(row, expected):
    for name, value in expected.items():
        same(f"{type(row).__name__}.{name}", getattr(row, name), value)


def same(what, got, expected):
    if got != expected or type(got) is not type(expected):
        print(f"{what}: got {got!r}, expected {expected!r}")


def read(session):
    check_row(session.query(wide.EveryType).one(), EVERY_TYPE)
    check_row(session.query(wide.SqlType).one(), SQL_TYPE)
    check_row(session.query(wide.Defaults).one(), DEFAULTS)
    invoice = session.get(wide.Invoice, ("de", 7))
    for name in "total", "total_stored", "total_virtual":
        same(name, getattr(invoice, name), Decimal("11.75"))
    same("lines", [line.body for line in invoice.lines], ["one"])
    left = session.query(wide.Node).filter_by(name="left").one()
    same("parent", left.parent.name, "root")
    same("children", len(left.parent.children), 2)
    ada = session.query(wide.Person).filter_by(name="ada").one()
    same("passport", ada.passport.number, "P1")
    same("receiver", [m.receiver.name for m in ada.sent], ["bob"])
    same("received", list(ada.received), [])
    same("of many", session.query(wide.person_node).all(), [(ada.id, 1)])
    mixed = session.query(wide.MixedCase).one()
    same("mixed", (mixed.Id, mixed.group, mixed.unicode), (1, "g", 3))
    same("captain", session.query(wide.Player).one().captain, True)
    same("team", session.query(wide.Player).one().team.name, "reds")


# Beside what write() made.
def views(session):
    def view(name):
        return Table(name, MetaData(), autoload_with=session.connection())

    def insert(name, values):
        session.execute(view(name).insert().values(values))

    de7 = {"invoice__country": "de", "invoice__number": 7}
    insert("line__invoice", {"id": 2, "Text Of It": "two", **de7})
    insert("invoice__lines", {"id": 3, **de7})
    insert("node__parent", {"name": "leaf", "parent__id": 2})
    insert("passport__holder", {"number": "P2", "holder__id": 2})
    insert("message__sender", {"body": "to ada", "sender__id": 2, "receiver_id": 1})
    insert("team__players", {"team__id": 1, "age": 20})
    session.commit()
    invoice = session.get(wide.Invoice, ("de", 7))
    same("lines", sorted(line.id for line in invoice.lines), [1, 2, 3])
    leaf = session.query(wide.Node).filter_by(name="leaf").one()
    same("grandparent", leaf.parent.parent.name, "root")
    bob = session.query(wide.Person).filter_by(name="bob").one()
    same("passport", bob.passport.number, "P2")
    same("sent", [m.receiver.name for m in bob.sent], ["ada"])
    same("players", len(session.query(wide.Team).one().players), 2)
    c = view("message__receiver").c
    rows = session.execute(select(c.body, c.receiver__name).order_by(c.id)).all()
    same("receivers", rows, [("hi", "bob"), ("to ada", "ada")])


command, file = sys.argv[1:]
with Session(create_engine("sqlite:///" + file, future=True)) as session:
    {"write": write, "read": read, "views": views}[command](session)
