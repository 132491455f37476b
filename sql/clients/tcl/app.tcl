package require sqlite3
sqlite3 db app.db
db enable_load_extension 1
db eval {SELECT load_extension('build/orm')}
db enable_load_extension 0

set sql {CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)}
puts [db eval {SELECT orm_declare($sql)}]               ;# 1
puts [db eval {SELECT orm_migrate('notes')}]            ;# 1
db eval {INSERT INTO note(body) VALUES ('hello')}
puts [db onecolumn {SELECT body FROM note}]             ;# hello
puts [db eval {SELECT orm_downgrade()}]                 ;# 0
