-- orm_archive is the catalogue of the archive. A row is an entry: rows or
-- values that the script of a step (an upgrade, a downgrade, a repair) removed
-- from a table, and that the opposite step restores. orm creates the catalogue
-- when the first entry is saved. The data of entry 7 is in table orm_archive_7.
--
-- KINDS OF ENTRIES (in C: EntryKind, ext/archive/catalog.h)
--
-- kind      an entry has                     columns of orm_archive_<id>
-- --------  -------------------------------  ----------------------------------
-- table     the rows of a dropped table,     orm_rowid, orm_orphan, orm_home,
--           copied                           the stored columns of the table
-- table     the rows of a dropped table,     all columns of the table
--           moved (ext/archive/swap.h):
--           prefix NULL
-- column    the values of a dropped column   orm_row, orm_orphan, orm_made, x
-- value     the old values of an altered     orm_row, orm_orphan, orm_made, x
--           column "x"
-- sequence  the last AUTOINCREMENT value     (no table)
-- rows      the identity table of a table    orm_row, k0, k1, ...
--           that has column or value entries
--
-- orm_ is the entry's prefix; it is orm__ (and so on) if a column of the table
-- begins with orm_. orm_rowid is the old rowid. orm_row is the number of the
-- row in the identity table, or a negative number for a row without identity.
-- orm_orphan is the number of foreign keys of the row that had no parent when
-- the row was saved. orm_home is set while a step restores: the row is in the
-- table again. orm_made is the value that the alteration made of the saved one.
--
-- STATES OF AN ENTRY. The columns spent, purged, owner, direction, version and
-- object_id give the state. catalog.c makes all transitions.
--
-- state      how it is stored               meaning
-- ---------  -----------------------------  -----------------------------------
-- waiting    spent 0, purged 0, owner NULL  a step may restore it: the opposite
--            direction 'up' or 'down'       step of `version`, or (kinds table
--                                           and column) any step that adds the
--                                           model or column with `object_id`
-- owned      owner = id of a table entry    the entry is of a column of a table
--                                           that was dropped later; it waits
--                                           until that table is restored
-- discarded  as waiting, with               the version that saved it no longer
--            direction 'discarded'          exists: found by `object_id` only,
--                                           and only if the values fit the new
--                                           declaration
-- detached   as discarded, with             an imported version gave the id to
--            object_id NULL                 another object: no step restores
--                                           the entry
-- on hold    version < 0                    a rebase is running: the version is
--                                           stored negated, and the entry
--                                           belongs to no version
-- spent      spent 1                        the opposite step has run, or the
--                                           entry never could be restored; the
--                                           remaining rows are there to be
--                                           looked at (orm_status: orphaned)
-- purged     purged 1, no table             a note: `rows` rows are lost. A
--                                           downgrade that needs them is an
--                                           error, unless 'noarchive'
--
-- TRANSITIONS
--
-- from       event                                            to
-- ---------  -----------------------------------------------  -----------------
-- (none)     a step removes rows or values                    waiting
-- (none)     the same, but no key identifies the rows         spent
-- (none)     an upgrade removes them with 'noarchive'         purged
-- (none)     orm_repair() removes them (direction 'repair')   spent
-- waiting    the table of the column is dropped               owned
-- waiting    the same, with 'noarchive'                       spent
-- owned      the table is restored                            waiting
-- owned      the entry of the table is spent or purged        spent
-- waiting    a step creates or adds the object again. Rows    spent
--            that it restored leave the entry. An entry of
--            kind value: its version is run in any direction
-- waiting    orm_discard() of the version, after its undo     discarded
-- waiting    the same, kind value                             spent
-- waiting    orm_import() brings a version of that number     detached
--            that declares other objects
-- waiting    orm_rebase() begins                              on hold
-- on hold    orm_rebase() gave the version a new number       waiting
-- on hold    others have recorded the same change: version 0  discarded
-- waiting,   orm_purge() of the version, if a downgrade       purged
-- owned      would miss the rows
-- any other  orm_purge() of the version                       (deleted)
-- any        no row is left, kinds column and value           (deleted)
-- spent      no row is left, nor an undeclared index or       (deleted)
--            trigger of the table; kind sequence: at once
-- purged     the entry is spent, too                          (deleted)
--
-- An entry of kind rows has no version. It is deleted when no waiting or owned
-- entry of its table needs it.
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
