# Models that use what SQLAlchemy 1.4 has for SQLite; wide.sql declares the same.
# A comment says where the two look less alike than usual.
import enum

from sqlalchemy import *
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Color(enum.Enum):
    red = 1
    yellow = 2


class Points(TypeDecorator):
    """A type of the application's own is what it is made of."""

    impl = Unicode(12)
    cache_ok = True


class EveryType(Base):
    __tablename__ = "every_type"
    id = Column(Integer, primary_key=True)
    big_integer = Column(BigInteger)
    boolean = Column(Boolean)
    boolean_checked = Column(Boolean(create_constraint=True))
    boolean_named = Column(Boolean(create_constraint=True, name="is_bool"))
    date = Column(Date)
    date_time = Column(DateTime)
    date_time_zone = Column(DateTime(timezone=True))
    enum_strings = Column(Enum("a", "bcd"))
    enum_class = Column(Enum(Color))
    enum_checked = Column(Enum("a", "it's", name="letter", create_constraint=True))
    float = Column(Float)
    float_53 = Column(Float(53))
    float_decimal = Column(Float(asdecimal=True))
    integer = Column(Integer)
    interval = Column(Interval)
    json = Column(JSON)
    json_null = Column(JSON(none_as_null=True))
    large_binary = Column(LargeBinary)
    large_binary_10 = Column(LargeBinary(10))
    numeric = Column(Numeric)
    numeric_10 = Column(Numeric(10))
    numeric_10_2 = Column(Numeric(10, 2))
    pickle_type = Column(PickleType)
    small_integer = Column(SmallInteger)
    string = Column(String)
    string_64 = Column(String(64))
    string_nocase = Column(String(64, collation="NOCASE"))
    text = Column(Text)
    text_100 = Column(Text(100))
    time = Column(Time)
    unicode = Column(Unicode)
    unicode_20 = Column(Unicode(20))
    unicode_text = Column(UnicodeText)
    variant = Column(String(8).with_variant(sqlite.JSON(), "sqlite"))
    decorated = Column(Points)


class SqlType(Base):
    """Types with SQL's names."""

    __tablename__ = "sql_type"
    id = Column(INTEGER, primary_key=True)
    a_bigint = Column(BIGINT)
    a_binary = Column(BINARY(16))
    a_blob = Column(BLOB)
    a_boolean = Column(BOOLEAN)
    a_char = Column(CHAR(3))
    a_clob = Column(CLOB)
    a_date = Column(DATE)
    a_datetime = Column(DATETIME)
    a_decimal = Column(DECIMAL(10, 2))
    a_float = Column(FLOAT)
    a_int = Column(INT)
    a_json = Column(sqlite.JSON)
    a_nchar = Column(NCHAR(3))
    a_numeric = Column(NUMERIC(8, 3))
    a_nvarchar = Column(NVARCHAR(20))
    a_real = Column(REAL)
    a_smallint = Column(SMALLINT)
    a_text = Column(TEXT)
    a_time = Column(TIME)
    a_timestamp = Column(TIMESTAMP)
    a_varbinary = Column(VARBINARY(16))
    a_varchar = Column(VARCHAR(20))


class Defaults(Base):
    __tablename__ = "defaults"
    id = Column(Integer, primary_key=True)
    number = Column(Integer, server_default="5", nullable=False)
    negative = Column(Integer, server_default=text("-1"))
    string = Column(String(10), server_default="it's")
    empty = Column(String(10), server_default="")
    sum = Column(Integer, server_default=text("(1 + 2)"))
    flag = Column(Boolean, server_default=true())
    no_flag = Column(Boolean, server_default=text("0"), nullable=False)
    made = Column(DateTime, server_default=func.now())
    stamped = Column(DateTime, server_default=text("CURRENT_TIMESTAMP"))
    local = Column(DateTime, server_default=text("(datetime('now', 'localtime'))"))
    none = Column(Integer, server_default=text("NULL"))
    real = Column(Float, server_default=text("1.5"))
    by_client = Column(Integer, default=7)  # no word of it in the database


class Invoice(Base):
    __tablename__ = "invoice"
    country = Column(String(2), primary_key=True)
    number = Column(Integer, primary_key=True, autoincrement=False)
    net = Column(Numeric(10, 2), nullable=False)
    tax = Column(Numeric(10, 2), CheckConstraint("tax >= 0"), nullable=False)
    total = Column(Numeric(10, 2), Computed("net + tax"))
    total_stored = Column(Numeric(10, 2), Computed("net + tax", persisted=True))
    total_virtual = Column(Numeric(10, 2), Computed("net + tax", persisted=False))
    code = Column(String(20), unique=True)
    reference = Column(String(20))
    lines = relationship("Line", backref="invoice", lazy="dynamic")
    __table_args__ = (
        CheckConstraint("net <> 0"),
        CheckConstraint("length(country) = 2", name="ck_country"),
        UniqueConstraint("reference", name="uq_reference"),
        UniqueConstraint("reference", "net"),
        Index("ix_lower", func.lower(reference)),
        Index("ix_unpaid", tax, sqlite_where=tax > 0),
        Index("ix_big", net.desc(), number),
        Index("uq_code_open", code, unique=True, sqlite_where=text("net > 10")),
    )


class Line(Base):
    __tablename__ = "line"
    id = Column(Integer)
    country = Column(String(2), nullable=False)
    number = Column(Integer, nullable=False)
    body = Column("Text Of It", Text)
    __table_args__ = (
        PrimaryKeyConstraint("id", name="pk_line"),
        ForeignKeyConstraint(
            ["country", "number"],
            ["invoice.country", "invoice.number"],
            name="fk_line_invoice",
            onupdate="CASCADE",
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("ix_line_invoice", "country", "number"),
    )


class Node(Base):
    """Of itself."""

    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id", ondelete="SET NULL"), index=True)
    name = Column(String(50), nullable=False, index=True)
    children = relationship("Node", backref=backref("parent", remote_side=[id]))


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
    passport = relationship("Passport", backref="holder", uselist=False)
    sent = relationship("Message", foreign_keys="Message.sender_id", backref="sender")
    received = relationship(
        "Message", foreign_keys="Message.receiver_id", backref="receiver"
    )


class Passport(Base):
    """One to one."""

    __tablename__ = "passport"
    id = Column(Integer, primary_key=True)
    number = Column(String(20), nullable=False, index=True, unique=True)
    person_id = Column(Integer, ForeignKey("person.id"), unique=True)


class Message(Base):
    __tablename__ = "message"
    id = Column(Integer, primary_key=True)
    body = Column(Text)
    sender_id = Column(ForeignKey("person.id", name="fk_sender"), nullable=False)
    receiver_id = Column(ForeignKey("person.id", name="fk_receiver"))


# Many to many: of the tables only.
person_node = Table(
    "person_node",
    Base.metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("node_id", ForeignKey("node.id"), primary_key=True),
)


class MixedCase(Base):
    """Names that want quotes, and SQLite's own options."""

    __tablename__ = "Order"
    Id = Column("Id", Integer, primary_key=True)
    group = Column("group", String(10), index=True)
    spaced = Column("with space", Integer, index=True)
    quoted = Column('with"quote', Integer)
    unicode = Column("größe", Integer, index=True)
    __table_args__ = ({"sqlite_autoincrement": True},)


class WithoutRowid(Base):
    __tablename__ = "without_rowid"
    code = Column(String(10), primary_key=True)
    name = Column(
        String(10),
        unique=True,
        nullable=False,
        sqlite_on_conflict_unique="IGNORE",
        sqlite_on_conflict_not_null="FAIL",
    )
    __table_args__ = (
        UniqueConstraint("code", "name", sqlite_on_conflict="REPLACE"),
        {"sqlite_with_rowid": False},
    )


# Names made by a convention, in the same database.
Named = declarative_base(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)


class Team(Named):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String(30), unique=True, nullable=False)


class Player(Named):
    __tablename__ = "player"
    id = Column(Integer, primary_key=True)
    team_id = Column(Integer, ForeignKey("team.id"), nullable=False, index=True)
    age = Column(Integer, CheckConstraint("age > 0", name="age"))
    captain = Column(Boolean(create_constraint=True, name="captain"))
    team = relationship("Team", backref="players")


metadata = [Base.metadata, Named.metadata]
