# play.py WORD...: the tutorial's session with its models, in steps, on the
# database of the environment's DATABASE. It is as the tutorial has it, but for
# what SQLAlchemy 1.4 wants said in another way.

import sys
from datetime import datetime

from app import app, db, models
from sqlalchemy import MetaData, Table, func, select


def users():
    for nickname in "john", "susan":
        u = models.User(nickname=nickname, email=nickname + "@email.com")
        db.session.add(u)
    db.session.commit()
    print(models.User.query.all())
    for u in models.User.query.all():
        print(u.id, u.nickname)
    print(db.session.get(models.User, 1))


def posts():
    u = db.session.get(models.User, 1)
    p = models.Post(
        body="my first post!", timestamp=datetime(2026, 1, 31, 12, 30), author=u
    )
    db.session.add(p)
    db.session.commit()
    read()


def read():
    for u in models.User.query.order_by(models.User.nickname.desc()):
        print(u.nickname, u.posts.all())
    for p in models.Post.query.order_by(models.Post.id):
        print(p.id, p.author and p.author.nickname, p.body, p.timestamp)


def collections():
    """Add to a collection, count it, filter it, take out of it."""
    john = models.User.query.filter_by(nickname="john").one()
    susan = models.User.query.filter_by(nickname="susan").one()
    susan.posts.append(models.Post(body="hello"))
    db.session.commit()
    print(susan.posts.count(), susan.posts.filter_by(body="hello").first())
    john.posts.remove(john.posts.first())
    db.session.commit()
    print(john.posts.count(), models.Post.query.filter_by(user_id=None).count())


def views():
    """The same by orm's views, which are tables to SQLAlchemy."""

    def view(name):
        return Table(name, MetaData(), autoload_with=db.engine)

    post__author, user__posts = view("post__author"), view("user__posts")
    db.session.execute(
        post__author.insert(),
        {
            "body": "by a view",
            "timestamp": datetime(2026, 2, 1),
            "author__nickname": "susan",
        },
    )
    susan = models.User.query.filter_by(nickname="susan").one()
    db.session.execute(
        user__posts.insert(), {"user__id": susan.id, "body": "and again"}
    )
    db.session.commit()
    print(susan.posts.order_by(models.Post.id).all())
    c = post__author.c
    for row in db.session.execute(
        select(c.id, c.author__nickname, c.body, c.timestamp).order_by(c.id)
    ):
        print(*row)
    c = user__posts.c
    print(
        db.session.scalar(
            select(func.count()).select_from(user__posts).where(c.user__id == susan.id)
        )
    )
    db.session.execute(user__posts.delete().where(c.body == "and again"))
    db.session.commit()
    print(susan.posts.count(), models.Post.query.count())


def delete():
    for each in models.Post, models.User:
        for row in each.query.all():
            db.session.delete(row)
    db.session.commit()
    print(models.Post.query.count(), models.User.query.count())


with app.app_context():
    for word in sys.argv[1:]:
        globals()[word]()
