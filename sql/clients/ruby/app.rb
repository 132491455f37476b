require "sqlite3"

db = SQLite3::Database.new("app.db")
db.enable_load_extension(true)
db.load_extension("build/orm")
db.enable_load_extension(false)

sql = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"
puts db.get_first_value("SELECT orm_declare(?)", sql)        # 1
puts db.get_first_value("SELECT orm_migrate(?)", "notes")    # 1
db.execute("INSERT INTO note(body) VALUES (?)", ["hello"])
puts db.get_first_value("SELECT body FROM note")             # hello
puts db.get_first_value("SELECT orm_downgrade()")            # 0
