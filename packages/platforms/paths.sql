-- What orm does with the file system: names in other scripts, a backup onto a
-- database, existing files. The output is the same on all platforms.
.bail off
.headers off
.mode list
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t VALUES (1, 'ä'), (2, '日本');
SELECT orm_reflect('t');
SELECT orm_declare('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT)');
SELECT orm_migrate('a new column');
SELECT orm_export('Ordner äöü');
SELECT orm_export('Ordner äöü');
SELECT orm_import('Ordner äöü');
SELECT orm_import('missing');
SELECT orm_backup('Sicherung 日本.db') > 0;
SELECT orm_backup('Sicherung 日本.db');
SELECT orm_backup('Sicherung 日本.db', 'replace') > 0;
SELECT orm_backup('./paths.db');
SELECT orm_backup('paths.db-wal');
SELECT orm_backup('Ordner äöü');
SELECT orm_backup('missing/x.db');
SELECT orm_backup('Ordner äöü/a%23#.db') > 0;
ATTACH 'Sicherung 日本.db' AS copy;
SELECT count(*), max(a) FROM copy.t;
DETACH copy;
SELECT orm_downgrade(1);
SELECT orm_goto(2);
SELECT group_concat(a) FROM t;
SELECT json_extract(orm_status(), '$.fingerprint');
SELECT version, file, checksum, down_checksum FROM orm_migration;
SELECT orm_get('T', 1, 'a');
SELECT round(json_extract('[0.1, 1e300]', '$[1]') / 1e299, 3);
