.load build/orm
SELECT orm_declare('CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)'); --> 1
SELECT orm_migrate('notes');                                        --> 1
INSERT INTO note(body) VALUES ('hello');
SELECT body FROM note;                                              --> hello
SELECT orm_downgrade();                                             --> 0
