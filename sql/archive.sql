-- orm_archive is the catalogue of the archive. Each row of it is an entry. An
-- entry has rows or values that the script of a step (an upgrade, a downgrade,
-- a repair) removed from a table. The opposite step restores them. orm creates
-- the catalogue when it saves the first entry. The data of entry 7 is in table
-- orm_archive_7.
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
-- rows      the exceptions of a table whose   k1, orm_row
--           key is the rowid alias: all other
--           rows have their key as orm_row
--           (ext/schema/rowkey.h). Column
--           sequence: the greatest orm_row
--
-- orm_ is the prefix of the entry. If a column of the table begins with orm_,
-- the prefix is orm__, and so on.
--
-- orm_rowid   the rowid that the row had
-- orm_row     the number of the row in the identity table; negative if a
--             complete identity table does not have the row; '' in a direct one
--             if the row has no number yet
-- orm_orphan  the number of foreign keys whose parent was missing when the row
--             was saved
-- orm_home    set while a step restores rows: this row is in its table again
-- orm_made    the value into which the alteration changed the saved value
--
-- STATES OF AN ENTRY. The state is in the columns spent, purged, owner,
-- direction, version and object_id. catalog.c makes all transitions.
--
-- state      how it is stored               meaning
-- ---------  -----------------------------  -----------------------------------
-- waiting    spent 0, purged 0, owner NULL  a step may restore the entry: the
--            direction 'up' or 'down'       opposite step of `version`, and for
--                                           kinds table and column any step
--                                           that adds the model or column with
--                                           `object_id`
-- owned      owner = id of a table entry    the entry belongs to a table that
--                                           was dropped later, and waits until
--                                           that table is restored
-- discarded  as waiting, with               the version that saved the entry no
--            direction 'discarded'          longer exists. A step restores the
--                                           entry only by its `object_id`, and
--                                           only if the values fit the new
--                                           declaration
-- detached   as discarded, with             an imported version uses the id for
--            object_id NULL                 another object. No step restores
--                                           the entry
-- on hold    version < 0                    a rebase is running. The version is
--                                           stored negated, and the entry
--                                           belongs to no version
-- spent      spent 1                        the opposite step has run, or the
--                                           entry could never be restored. The
--                                           remaining rows are kept for the
--                                           user (orm_status(): orphaned)
-- purged     purged 1, no table             a note that `rows` rows are lost. A
--                                           downgrade that needs the rows is an
--                                           error, unless it has 'noarchive'
--
-- TRANSITIONS
--
-- from       event                                            to
-- ---------  -----------------------------------------------  -----------------
-- (none)     a step removes rows or values                    waiting
-- (none)     a step removes values of a table without a key   spent
--            (ext/schema/rowkey.h)
-- (none)     an upgrade with 'noarchive' removes rows or      purged
--            values
-- (none)     orm_repair() removes rows or values (direction   spent
--            'repair')
-- waiting    the table of the column is dropped               owned
-- waiting    a step with 'noarchive' drops that table         spent
-- owned      the table is restored                            waiting
-- owned      the entry of the table is spent or purged        spent
-- waiting    a step adds the model or column again. Restored  spent
--            rows are deleted from the entry
-- waiting    kind value: the version is applied or undone     spent
-- waiting    orm_discard() of the version, after its undo     discarded
-- waiting    kind value: orm_discard(), after the undo        spent
-- waiting    orm_squash() combines the version with others    discarded
-- waiting    kind value: orm_squash()                         spent
-- waiting    orm_import() adds a version of the same number   detached
--            that declares other objects
-- waiting    orm_rebase() begins                              on hold
-- on hold    orm_rebase() gives the version a new number      waiting
-- on hold    the other side of the rebase has recorded the    discarded
--            same change; the entry gets version 0
-- waiting,   orm_purge() of the version, if a downgrade       purged
-- owned      would need the rows
-- any other  orm_purge() of the version                       (deleted)
-- any        kinds column and value: no row is left           (deleted)
-- spent      kind table: neither a row nor an undeclared      (deleted)
--            index or trigger is left
-- spent      kind sequence: always                            (deleted)
-- purged     the entry becomes spent, too                     (deleted)
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
