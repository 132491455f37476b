-- The catalogue of the archive: what upgrades and downgrades took away, kept
-- until it goes back or orm_purge(). Made when it is first needed. The rows
-- themselves are in tables of their own, orm_archive_1 for the entry with id 1.
CREATE TABLE main.orm_archive (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,            -- table, column, value (of a column that was
                                 -- altered), sequence (of AUTOINCREMENT), rows
                                 -- (which row of the table orm_row is)
  version INTEGER,               -- whose script took it
  direction TEXT,                -- up, down, discarded (down, of a version that
                                 -- was forgotten), repair (of drift)
  table_name TEXT COLLATE NOCASE,
  column_name TEXT COLLATE NOCASE,
  object_id INTEGER,             -- of its row in orm_model or orm_column
  owner INTEGER,                 -- the entry of the dropped table it waits for
  prefix TEXT,                   -- of our own columns
  detail TEXT,                   -- columns of a table, JSON; key of rows; what
                                 -- the values of a column obeyed
  sql TEXT,                      -- CREATE TABLE, as its author wrote it
  extras TEXT,                   -- others' indexes and triggers, JSON
  sequence INTEGER,
  rows INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  purged INTEGER NOT NULL DEFAULT 0,
  spent INTEGER NOT NULL DEFAULT 0 -- what is left had its chance to go back
);
