import sqlite3

db = sqlite3.connect("app.db")
db.enable_load_extension(True)
db.load_extension("build/orm")
db.enable_load_extension(False)

def call(sql, *values):
    return db.execute(sql, values).fetchone()[0]

print(call("SELECT orm_declare(?)",
           "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"))  # 1
print(call("SELECT orm_migrate(?)", "notes"))                         # 1
db.execute("INSERT INTO note(body) VALUES ('hello')")
print(call("SELECT body FROM note"))                                  # hello
print(call("SELECT orm_downgrade()"))                                 # 0
db.commit()
