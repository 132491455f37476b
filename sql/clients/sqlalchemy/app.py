from sqlalchemy import create_engine, event, text

engine = create_engine("sqlite:///app.db")

@event.listens_for(engine, "connect")
def load_orm(connection, record):
    connection.enable_load_extension(True)
    connection.load_extension("build/orm")
    connection.enable_load_extension(False)

with engine.begin() as db:
    sql = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"
    print(db.scalar(text("SELECT orm_declare(:sql)"), {"sql": sql}))  # 1
    print(db.scalar(text("SELECT orm_migrate('notes')")))             # 1
with engine.begin() as db:
    db.execute(text("INSERT INTO note(body) VALUES ('hello')"))
    print(db.scalar(text("SELECT body FROM note")))                   # hello
    print(db.scalar(text("SELECT orm_downgrade()")))                  # 0
