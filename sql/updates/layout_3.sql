-- From layout 2 to 3: orm_diff need not compare what it has found equal before.
-- `settled` is the digest of all that it looks at, the declarations and the
-- schema, as they were when nothing differed (ext/meta/memo.h).

ALTER TABLE main.orm_state ADD COLUMN settled TEXT;

UPDATE main.orm_state SET layout = 3;
