import apsw

db = apsw.Connection("app.db")
db.enableloadextension(True)
db.loadextension("build/orm")
db.enableloadextension(False)

def call(sql, *values):
    return db.cursor().execute(sql, values).fetchall()[0][0]

print(call("SELECT orm_declare(?)",
           "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"))  # 1
print(call("SELECT orm_migrate(?)", "notes"))                         # 1
db.cursor().execute("INSERT INTO note(body) VALUES ('hello')")
print(call("SELECT body FROM note"))                                  # hello
print(call("SELECT orm_downgrade()"))                                 # 0
