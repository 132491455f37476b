-- What wide.py says, as rows, in the same order.
--
-- SQLAlchemy finds a UNIQUE behind a type with parentheses, and the name and the
-- actions of a foreign key, only where they are constraints of the table: those
-- are rows of orm_constraint here. (For orm it is the same, see sqlalchemy.test.)

INSERT INTO orm_model(name, table_name, options) VALUES
  ('EveryType',    NULL,      NULL),
  ('SqlType',      NULL,      NULL),
  ('Defaults',     NULL,      NULL),
  ('Invoice',      NULL,      NULL),
  ('Line',         NULL,      NULL),
  ('Node',         NULL,      NULL),
  ('Person',       NULL,      NULL),
  ('Passport',     NULL,      NULL),
  ('Message',      NULL,      NULL),
  ('PersonNode',   NULL,      NULL),
  ('MixedCase',    'Order',   NULL),
  ('WithoutRowid', NULL,      'WITHOUT ROWID'),
  ('Team',         NULL,      NULL),
  ('Player',       NULL,      NULL);

INSERT INTO orm_column(model, name, definition) VALUES
  ('EveryType', 'id',              'Integer PRIMARY KEY'),
  ('EveryType', 'big_integer',     'BigInteger'),
  ('EveryType', 'boolean',         'Boolean'),
  ('EveryType', 'boolean_checked', 'Boolean CHECK (boolean_checked IN (0, 1))'),
  ('EveryType', 'boolean_named',   'Boolean'),
  ('EveryType', 'date',            'Date'),
  ('EveryType', 'date_time',       'DateTime'),
  ('EveryType', 'date_time_zone',  'DateTime'),
  ('EveryType', 'enum_strings',    'Enum(''a'', ''bcd'')'),
  ('EveryType', 'enum_class',      'Enum(''red'', ''yellow'')'),
  ('EveryType', 'enum_checked',    'Enum(''a'', ''it''''s'')'),
  ('EveryType', 'float',           'Float'),
  ('EveryType', 'float_53',        'Float(53)'),
  ('EveryType', 'float_decimal',   'Float'),
  ('EveryType', 'integer',         'Integer'),
  ('EveryType', 'interval',        'Interval'),
  ('EveryType', 'json',            'JSON'),
  ('EveryType', 'json_null',       'JSON'),
  ('EveryType', 'large_binary',    'LargeBinary'),
  ('EveryType', 'large_binary_10', 'LargeBinary(10)'),
  ('EveryType', 'numeric',         'Numeric'),
  ('EveryType', 'numeric_10',      'Numeric(10)'),
  ('EveryType', 'numeric_10_2',    'Numeric(10, 2)'),
  ('EveryType', 'pickle_type',     'PickleType'),
  ('EveryType', 'small_integer',   'SmallInteger'),
  ('EveryType', 'string',          'String'),
  ('EveryType', 'string_64',       'String(64)'),
  ('EveryType', 'string_nocase',   'String(64) COLLATE NOCASE'),
  ('EveryType', 'text',            'Text'),
  ('EveryType', 'text_100',        'Text(100)'),
  ('EveryType', 'time',            'Time'),
  ('EveryType', 'unicode',         'Unicode'),
  ('EveryType', 'unicode_20',      'Unicode(20)'),
  ('EveryType', 'unicode_text',    'UnicodeText'),
  ('EveryType', 'variant',         'JSON'),
  ('EveryType', 'decorated',       'Unicode(12)'),

  ('SqlType', 'id',          'INTEGER NOT NULL PRIMARY KEY'),
  ('SqlType', 'a_bigint',    'BIGINT'),
  ('SqlType', 'a_binary',    'BINARY(16)'),
  ('SqlType', 'a_blob',      'BLOB'),
  ('SqlType', 'a_boolean',   'BOOLEAN'),
  ('SqlType', 'a_char',      'CHAR(3)'),
  ('SqlType', 'a_clob',      'CLOB'),
  ('SqlType', 'a_date',      'DATE'),
  ('SqlType', 'a_datetime',  'DATETIME'),
  ('SqlType', 'a_decimal',   'DECIMAL(10, 2)'),
  ('SqlType', 'a_float',     'FLOAT'),
  ('SqlType', 'a_int',       'INTEGER'),  -- INT is another name of that class
  ('SqlType', 'a_json',      'JSON'),
  ('SqlType', 'a_nchar',     'NCHAR(3)'),
  ('SqlType', 'a_numeric',   'NUMERIC(8, 3)'),
  ('SqlType', 'a_nvarchar',  'NVARCHAR(20)'),
  ('SqlType', 'a_real',      'REAL'),
  ('SqlType', 'a_smallint',  'SMALLINT'),
  ('SqlType', 'a_text',      'TEXT'),
  ('SqlType', 'a_time',      'TIME'),
  ('SqlType', 'a_timestamp', 'TIMESTAMP'),
  ('SqlType', 'a_varbinary', 'VARBINARY(16)'),
  ('SqlType', 'a_varchar',   'VARCHAR(20)'),

  ('Defaults', 'id',        'Integer PRIMARY KEY'),
  ('Defaults', 'number',    'Integer NOT NULL DEFAULT ''5'''),
  ('Defaults', 'negative',  'Integer DEFAULT -1'),
  ('Defaults', 'string',    'String(10) DEFAULT ''it''''s'''),
  ('Defaults', 'empty',     'String(10) DEFAULT '''''),
  ('Defaults', 'sum',       'Integer DEFAULT (1 + 2)'),
  ('Defaults', 'flag',      'Boolean DEFAULT 1'),
  ('Defaults', 'no_flag',   'Boolean NOT NULL DEFAULT 0'),
  ('Defaults', 'made',      'DateTime DEFAULT CURRENT_TIMESTAMP'),
  ('Defaults', 'stamped',   'DateTime DEFAULT CURRENT_TIMESTAMP'),
  ('Defaults', 'local',     'DateTime DEFAULT (datetime(''now'', ''localtime''))'),
  ('Defaults', 'none',      'Integer DEFAULT NULL'),
  ('Defaults', 'real',      'Float DEFAULT 1.5'),
  ('Defaults', 'by_client', 'Integer'),

  ('Invoice', 'country',       'String(2)'),
  ('Invoice', 'number',        'Integer'),
  ('Invoice', 'net',           'Numeric(10, 2) NOT NULL'),
  ('Invoice', 'tax',           'Numeric(10, 2) NOT NULL CHECK (tax >= 0)'),
  ('Invoice', 'total',         'Numeric(10, 2) AS (net + tax)'),
  ('Invoice', 'total_stored',  'Numeric(10, 2) AS (net + tax) STORED'),
  ('Invoice', 'total_virtual', 'Numeric(10, 2) AS (net + tax) VIRTUAL'),
  ('Invoice', 'code',          'String(20)'),
  ('Invoice', 'reference',     'String(20)'),

  ('Line', 'id',         'Integer'),
  ('Line', 'country',    'String(2) NOT NULL'),
  ('Line', 'number',     'Integer NOT NULL'),
  ('Line', 'Text Of It', 'Text'),

  ('Node', 'id',        'Integer PRIMARY KEY'),
  ('Node', 'parent_id', 'Integer INDEX'),
  ('Node', 'name',      'String(50) NOT NULL INDEX'),

  ('Person', 'id',   'Integer PRIMARY KEY'),
  ('Person', 'name', 'String(50)'),

  ('Passport', 'id',        'Integer PRIMARY KEY'),
  ('Passport', 'number',    'String(20) NOT NULL UNIQUE INDEX'),
  ('Passport', 'person_id', 'Integer UNIQUE REFERENCES person(id)'),

  ('Message', 'id',          'Integer PRIMARY KEY'),
  ('Message', 'body',        'Text'),
  ('Message', 'sender_id',   'Integer NOT NULL'),
  ('Message', 'receiver_id', 'Integer'),

  ('PersonNode', 'person_id', 'Integer REFERENCES person(id)'),
  ('PersonNode', 'node_id',   'Integer REFERENCES node(id)'),

  ('MixedCase', 'Id',         'Integer PRIMARY KEY AUTOINCREMENT'),
  ('MixedCase', 'group',      'String(10) INDEX'),
  ('MixedCase', 'with space', 'Integer INDEX'),
  ('MixedCase', 'with"quote', 'Integer'),
  ('MixedCase', 'größe',      'Integer INDEX'),

  ('WithoutRowid', 'code', 'String(10) PRIMARY KEY'),
  ('WithoutRowid', 'name',
     'String(10) NOT NULL ON CONFLICT FAIL'),

  ('Team', 'id',   'Integer CONSTRAINT pk_team PRIMARY KEY'),
  ('Team', 'name', 'String(30) NOT NULL'),

  ('Player', 'id',      'Integer CONSTRAINT pk_player PRIMARY KEY'),
  ('Player', 'team_id', 'Integer NOT NULL INDEX'),
  ('Player', 'age',     'Integer CONSTRAINT ck_player_age CHECK (age > 0)'),
  ('Player', 'captain', 'Boolean');

INSERT INTO orm_constraint(model, name, definition) VALUES
  ('EveryType', 'is_bool', 'CHECK (boolean_named IN (0, 1))'),
  ('EveryType', 'letter',  'CHECK (enum_checked IN (''a'', ''it''''s''))'),

  ('Invoice', NULL,           'PRIMARY KEY (country, number)'),
  ('Invoice', NULL,           'CHECK (net <> 0)'),
  ('Invoice', 'ck_country',   'CHECK (length(country) = 2)'),
  ('Invoice', 'uq_reference', 'UNIQUE (reference)'),
  ('Invoice', NULL,           'UNIQUE (reference, net)'),
  ('Invoice', NULL,           'UNIQUE (code)'),
  ('Invoice', 'ix_lower',     'INDEX (lower(reference))'),
  ('Invoice', 'ix_unpaid',    'INDEX (tax) WHERE tax > 0'),
  ('Invoice', 'ix_big',       'INDEX (net DESC, number)'),
  ('Invoice', 'uq_code_open', 'UNIQUE INDEX (code) WHERE net > 10'),

  ('Line', 'pk_line',         'PRIMARY KEY (id)'),
  ('Line', 'fk_line_invoice', 'FOREIGN KEY (country, number)
     REFERENCES invoice(country, number) ON UPDATE CASCADE ON DELETE CASCADE
     DEFERRABLE INITIALLY DEFERRED'),
  ('Line', 'ix_line_invoice', 'INDEX (country, number)'),

  ('Node', NULL,
     'FOREIGN KEY (parent_id) REFERENCES node(id) ON DELETE SET NULL'),

  ('Message', 'fk_sender',   'FOREIGN KEY (sender_id) REFERENCES person(id)'),
  ('Message', 'fk_receiver', 'FOREIGN KEY (receiver_id) REFERENCES person(id)'),

  ('PersonNode', NULL, 'PRIMARY KEY (person_id, node_id)'),

  ('WithoutRowid', NULL, 'UNIQUE (code, name) ON CONFLICT REPLACE'),
  ('WithoutRowid', NULL, 'UNIQUE (name) ON CONFLICT IGNORE'),

  ('Team', 'uq_team_name', 'UNIQUE (name)'),

  ('Player', 'fk_player_team_id_team',
     'FOREIGN KEY (team_id) REFERENCES team(id)'),
  ('Player', 'ck_player_captain', 'CHECK (captain IN (0, 1))');

INSERT INTO orm_relationship(model, name, target, backref, foreign_key,
                             remote_side, uselist) VALUES
  ('Invoice', 'lines',    'Line',     'invoice',  NULL, NULL, NULL),
  ('Node',    'children', 'Node',     'parent',   NULL, NULL, NULL),
  ('Person',  'passport', 'Passport', 'holder',   NULL, NULL, 0),
  ('Person',  'sent',     'Message',  'sender',   'message.sender_id', NULL, NULL),
  ('Person',  'received', 'Message',  'receiver', 'message.receiver_id', NULL, NULL),
  ('Team',    'players',  'Player',   'team',     NULL, NULL, NULL);
