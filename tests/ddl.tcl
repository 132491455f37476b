# Random schemas of everything in SQLite's DDL, in many spellings. Source it after
# tester.tcl and random.tcl.
#
# A schema is plain data, a list of objects, each a dict by its `type`:
#
#   table    name cols cons wr strict
#            col:  name type notnull default collate gen stored
#            con:  kind (primary unique check foreign) name conflict; terms auto,
#                  or expr, or also parent to delete update deferred
#   index    name table unique terms where
#            term: column or expr; collate desc
#   view     name cols select;  trigger  name head on body
#   virtual  name args;  unloaded  name args (of a missing module)
#   as       name select: CREATE TABLE ... AS;  alter  tokens
#
# Absent is "". notnull is {NAME CONFLICT}. SQL is a list of tokens, {KIND TEXT}:
#
#   k a keyword; t a word of a type; o an operator or literal, as it is
#   n a name; e a name in an expression, where 'x' would be a string
#   q a column in an expression, which may be qualified by its table {TABLE NAME}
#   s a string; d the string of a DEFAULT; eq = or ==, ne <> or !=
#
# The data has the meaning of a schema. Its spelling is random and chosen when the
# schema is rendered, within the limits of `style`.

# --- Words --------------------------------------------------------------------

set ddl_tables {t user {two words} it's quo"te Größe a.b select 100% key x--y
  {tab[le} tick`s abort Order}
set ddl_columns {a b c id name {x y} it's q"t é key desc C-- left first order
  rowid _x a$1 br]ace}
set ddl_names {n1 n2 {na me} it"s check key}
# Not [T x]: if anything follows it in the type, even a comment, SQLite reads T x].
set ddl_types {
  {} {} {} INTEGER INTEGER INT TEXT REAL BLOB NUMERIC VARCHAR(10) {DECIMAL(10, 2)}
  {UNSIGNED BIG INT} {DOUBLE PRECISION} {CHARACTER VARYING (255)} {FLOAT(+1, -2.5)}
  STRING String(5) BIGINT ANY POINT DATETIME KEY {x y z} {FLOATING POINT} CHARINT
  {"my type"} {`INT`} {"my type"(10)} {"VAR" CHAR} {VAR "CHAR"} {'TEXT'}
}
set ddl_strict_types {INTEGER INT TEXT REAL BLOB ANY}
set ddl_strings {x {} it's {a b} {--} {/*} ) {;} {"q"} NULL 0 Ab éÜ}
set ddl_conflicts {{} {} {} ABORT ROLLBACK FAIL IGNORE REPLACE}
set ddl_collations {{} {} {} NOCASE RTRIM BINARY}

# Words that SQLite takes as names only in quotes.
set reserved {select order check group table index}

proc maybe {p value {otherwise {}}} {
  expr {[chance $p] ? $value : $otherwise}
}

# Tokens by a template: words are keywords, signs operators; %n %e %q %s %d
# take an argument each, %* one that is a list of tokens.
proc sql {template args} {
  set tokens {}
  foreach word $template {
    if {$word eq "%*"} {
      set args [lassign $args list]
      lappend tokens {*}$list
    } elseif {[regexp {^%(\w)$} $word -> kind]} {
      set args [lassign $args value]
      lappend tokens [list $kind $value]
    } elseif {$word in {eq ne}} {
      lappend tokens [list $word {}]
    } else {
      lappend tokens [list [expr {[string is alpha $word] ? "k" : "o"}] $word]
    }
  }
  return $tokens
}

# Lists of tokens, a comma between.
proc commas {lists} {
  set all {}
  foreach list $lists {
    if {$all ne ""} { lappend all {o ,} }
    lappend all {*}$list
  }
  return $all
}

# --- Expressions --------------------------------------------------------------

proc ddl_literal {} {
  switch [rnd 8] {
    0 - 1 { sql %s [pick $::ddl_strings] }
    2 { sql {- 1} }
    3 { sql NULL }
    4 { list [list o [pick {1.5e-3 .5 5. 0x1F x'0aF0' 9223372036854775808}]] }
    default { list [list o [rnd 10]] }
  }
}

# Over columns of a table; `qualified`: they may follow its name.
proc ddl_expr {table columns {qualified 1} {depth 2}} {
  if {$depth == 0 || $columns eq ""} {
    if {$columns eq "" || [chance 0.3]} { return [ddl_literal] }
    set column [pick $columns]
    if {$qualified} { return [sql %q [list $table $column]] }
    return [sql %e $column]
  }
  foreach name {x y} {
    set $name [ddl_expr $table $columns $qualified [expr {$depth - 1 - [rnd 2] * ($depth > 1)}]]
  }
  switch [rnd 14] {
    0 { sql {%* eq %*} $x $y }
    1 { sql {%* ne %*} $x $y }
    2 { sql {%* || %*} $x $y }
    3 { sql {coalesce ( %* , %* )} $x $y }
    4 { sql {CASE WHEN %* THEN %* ELSE %* END} $x $y [ddl_literal] }
    5 { sql {%* IN ( %* , %* )} $x $y [ddl_literal] }
    6 { sql {%* BETWEEN %* AND %*} $x [ddl_literal] $y }
    7 { sql {%* LIKE %s ESCAPE %s} $x x%_ [pick {! \\}] }
    8 { sql {CAST ( %* AS DECIMAL ( 10 , 2 ) )} $x }
    9 { sql {%* IS NOT NULL AND NOT ( %* )} $x $y }
    10 { sql {( %* ) COLLATE NOCASE > %*} $x $y }
    11 { sql {typeof ( %* ) IN ( %s , %s )} $x text blob }
    12 { sql {( ( %* ) + %* ) << 1} $x $y }
    13 { sql {length ( %* ) < - - 9 OR %* IS %*} $x $y [ddl_literal] }
  }
}

# --- Tables -------------------------------------------------------------------

# The tokens of a type; quotes are part of it.
proc type_tokens {type} {
  lmap word [regexp -all -inline {"[^"]*"|'[^']*'|`[^`]*`|\[[^\]]*\]|[\d.]+|\w+|\S} $type] {
    list [expr {[regexp {^["'`A-Za-z]} $word] ? "t" : "o"}] $word
  }
}

proc ddl_default {} {
  switch [rnd 7] {
    0 { sql %d [pick $::ddl_strings] }
    1 { sql {( %* )} [ddl_expr {} {} 0 1] }
    2 { sql [pick {CURRENT_TIME CURRENT_DATE CURRENT_TIMESTAMP TRUE false NULL}] }
    3 { sql [pick {{- 1} {+ 2} {- 1.5e-3} {+ 0x1F}}] }
    4 { sql {( %* )} [sql [pick {{abs ( - 3 )} {1 + 2} {( ( 7 ) )} CURRENT_TIME}]] }
    default { list [list o [pick {0 1 42 1.5 x'00ff' 1e5 X'AB'}]] }
  }
}

proc ddl_column {table name before strict} {
  set type [pick [expr {$strict ? $::ddl_strict_types : $::ddl_types}]]
  set c [dict create name $name type $type notnull {} default {} collate {} \
             gen {} stored 0]
  if {[chance 0.25]} {
    dict set c notnull [list [maybe 0.3 [pick $::ddl_names]] [pick $::ddl_conflicts]]
  }
  if {[chance 0.3]} { dict set c collate [pick $::ddl_collations] }
  if {$before ne "" && [chance 0.15]} {
    dict set c gen [ddl_expr $table $before]
    dict set c stored [rnd 2]
  } elseif {[chance 0.35]} {
    dict set c default [ddl_default]
  }
  return $c
}

proc ddl_term {column} {
  dict create column $column collate [maybe 0.15 [pick $::ddl_collations]] \
    desc [chance 0.15]
}

proc ddl_key {kind columns} {
  dict create kind $kind name [maybe 0.25 [pick $::ddl_names]] \
    conflict [pick $::ddl_conflicts] auto 0 \
    terms [lmap column [some $columns [pick {1 1 1 2 3}]] { ddl_term $column }]
}

proc ddl_check {table columns} {
  dict create kind check name [maybe 0.3 [pick $::ddl_names]] \
    expr [ddl_expr $table $columns] conflict {} terms {}
}

# Returns the targets of foreign keys: {TABLE COLUMNS} of each key of the tables; no
# columns are those of the primary key.
proc ddl_targets {tables} {
  set all {}
  foreach t $tables {
    foreach c [dict get $t cons] {
      if {[dict get $c kind] ni {primary unique}} continue
      set columns [lmap term [dict get $c terms] { dict get $term column }]
      set collations [lmap term [dict get $c terms] { dict get $term collate }]
      if {[join $collations ""] ne ""} continue
      set n [llength $columns]
      lappend all [list [dict get $t name] $columns $n]
      if {[dict get $c kind] eq "primary"} { lappend all [list [dict get $t name] {} $n] }
    }
  }
  return $all
}

# Onto a key; if `wild`, onto anything, there or not. "" if there is nothing.
proc ddl_foreign {columns tables wild} {
  if {$wild} {
    set parent [pick [list nowhere {*}[lmap t $tables { dict get $t name }]]]
    set n [pick {1 1 1 2}]
    set to [maybe 0.6 [some $::ddl_columns $n]]
  } else {
    lassign [pick [ddl_targets $tables]] parent to n
    if {$parent eq ""} return
  }
  if {$n > [llength $columns]} return
  dict create kind foreign name [maybe 0.25 [pick $::ddl_names]] conflict {} \
    terms [lmap column [some $columns $n] {
      dict create column $column collate {} desc 0
    }] parent $parent to $to \
    delete [pick {{} {} {SET NULL} {SET DEFAULT} CASCADE RESTRICT}] \
    update [pick {{} {} {SET NULL} {SET DEFAULT} CASCADE RESTRICT}] \
    deferred [chance 0.3]
}

# The primary key may be the rowid, with AUTOINCREMENT or not.
proc ddl_primary {t columns} {
  set key [ddl_key primary $columns]
  if {[llength [dict get $key terms]] == 1} {
    if {[chance 0.6]} {
      set column [dict get [lindex [dict get $key terms] 0] column]
      set at [lsearch [lmap c [dict get $t cols] { dict get $c name }] $column]
      set cols [dict get $t cols]
      lset cols $at [dict replace [lindex $cols $at] type INTEGER]
      dict set t cols $cols
      dict set key auto [chance 0.3]
    }
  }
  dict lappend t cons $key
  if {![dict get $key auto]} { dict set t wr [chance 0.3] }
  return $t
}

proc ddl_table {name tables wild} {
  set strict [expr {[chance 0.15] && [sqlite_since 3.37]}]
  set t [dict create type table name $name cols {} cons {} wr 0 strict $strict]
  set plain {}
  set all {}
  foreach column [some $::ddl_columns [expr {1 + [rnd 5]}]] {
    set c [ddl_column $name $column $all $strict]
    dict lappend t cols $c
    lappend all $column
    if {[dict get $c gen] eq ""} { lappend plain $column }
  }
  if {[chance 0.6]} { set t [ddl_primary $t $plain] }
  while {[chance 0.35]} { dict lappend t cons [ddl_key unique $all] }
  while {[chance 0.35]} { dict lappend t cons [ddl_check $name $all] }
  while {[chance 0.35]} {
    set c [ddl_foreign $plain [list $t {*}$tables] $wild]
    if {$c ne ""} { dict lappend t cons $c }
  }
  return $t
}

# --- What stands beside tables ------------------------------------------------

proc column_names {t} { lmap c [dict get $t cols] { dict get $c name } }

proc ddl_index {name t} {
  set columns [column_names $t]
  set terms [lmap column [some $columns [pick {1 1 2 3}]] {
    set term [ddl_term $column]
    if {[chance 0.25]} {
      dict set term column {}
      dict set term expr [ddl_expr {} $columns 0]
    }
    set term
  }]
  dict create type index name $name table [dict get $t name] unique [chance 0.3] \
    terms $terms where [maybe 0.3 [ddl_expr [dict get $t name] $columns]]
}

proc ddl_select {t other} {
  set name [dict get $t name]
  set columns [column_names $t]
  set x [ddl_expr {} $columns 0]
  set c [pick $columns]
  switch [rnd 7] {
    0 { sql {SELECT * FROM %e} $name }
    1 { sql {SELECT %e , %* AS %e FROM %e WHERE %*} $c $x [pick $columns] $name $x }
    2 { sql {SELECT x . %e , %s AS s FROM %e AS x LEFT OUTER JOIN %e y ON x . %e eq 1
         NATURAL JOIN %e AS %e ORDER BY 1 DESC} $c It's $name $other $c $name left }
    3 { sql {SELECT %e FROM %e UNION ALL SELECT %* FROM %e} $c $name $x $name }
    4 { sql {WITH RECURSIVE r ( i ) AS ( SELECT 1 UNION SELECT i + 1 FROM r
         WHERE i < 5 ) SELECT i AS j , %e FROM r , %e} $c $name }
    5 { sql {SELECT count ( * ) AS n , %e FROM main . %e GROUP BY %e HAVING n > 1}\
          $c $name $c }
    6 { sql {SELECT sum ( %e ) OVER ( PARTITION BY %e ORDER BY %e ROWS BETWEEN
         UNBOUNDED PRECEDING AND CURRENT ROW ) AS w FROM %e} $c $c $c $name }
  }
}

proc ddl_view {name t other} {
  dict create type view name $name cols [maybe 0.4 [some $::ddl_columns 2]] \
    select [ddl_select $t $other]
}

proc ddl_statement {t} {
  set columns [column_names $t]
  set name [dict get $t name]
  set c [pick $columns]
  switch [rnd 5] {
    0 { sql {INSERT OR IGNORE INTO %e ( %e ) VALUES ( %* ) ;} $name $c [ddl_literal] }
    1 { sql {UPDATE %e SET %e eq %* WHERE %* ;} $name $c [ddl_literal] \
          [ddl_expr {} $columns 0] }
    2 { sql {DELETE FROM %e WHERE %e IS %* ;} $name $c [ddl_literal] }
    3 { sql {SELECT CASE WHEN 1 ne 1 THEN RAISE ( ABORT , %s ) END ;} {END;--} }
    4 { sql {SELECT * FROM %e LIMIT 1 ;} $name }
  }
}

# Over a table, or INSTEAD OF on a view.
proc ddl_trigger {name t view} {
  set when [expr {$view eq "" ? [pick {{} AFTER}] : "INSTEAD OF"}]
  set head [sql "$when [pick {INSERT DELETE UPDATE}]"]
  if {$view eq "" && [lindex $head end 1] eq "UPDATE" && [chance 0.5]} {
    lappend head {*}[sql {OF %*} [commas [lmap c [some [column_names $t] 2] {
      sql %n $c
    }]]]
  }
  set row [expr {[lsearch -index 1 $head INSERT] >= 0 ? "NEW" : "OLD"}]
  set tail {}
  if {$view eq "" && [chance 0.4]} {
    lappend tail {*}[sql "WHEN $row . %e IS NOT %*" [pick [column_names $t]] \
                         [ddl_literal]]
  }
  set body {}
  foreach - [lrange {1 2 3} 0 [rnd 3]] { lappend body {*}[ddl_statement $t] }
  dict create type trigger name $name head $head \
    on [expr {$view eq "" ? [dict get $t name] : $view}] tail $tail body $body
}

set ddl_modules {
  {fts5(a, "b c", tokenize = 'porter ascii')} {fts5(x, content='')}
  {fts4(a, b TEXT)} {fts3(body)} {rtree(id, x0, x1)} {fts5(a UNINDEXED, b)}
}

# ALTER TABLE, for what it leaves behind.
proc ddl_alter {t} {
  set name [dict get $t name]
  set column [pick [column_names $t]]
  switch [rnd 5] {
    0 - 1 {
      set c [ddl_column $name added [column_names $t] [dict get $t strict]]
      sql {ALTER TABLE %n ADD COLUMN %*} $name [render_column $c {}]
    }
    2 { sql {ALTER TABLE %n RENAME COLUMN %n TO %n} $name $column [pick {new {n w}}] }
    3 { sql {ALTER TABLE %n RENAME TO %n} $name [pick {renamed {re named}}] }
    4 { sql {ALTER TABLE %n DROP COLUMN %n} $name $column }
  }
}

# wild: foreign keys need not point at keys.
proc random_ddl {wild} {
  set names [shuffle $::ddl_tables]
  set tables {}
  foreach - [lrange {1 2 3} 0 [rnd 3]] {
    set names [lassign $names name]
    lappend tables [ddl_table $name $tables $wild]
  }
  set schema $tables
  set free [shuffle {i j {in dex} i't o"i {v w} v1 v2 View é}]
  while {[chance 0.5] && [llength $free] > 3} {
    set free [lassign $free name]
    lappend schema [ddl_index $name [pick $tables]]
  }
  set view {}
  if {[chance 0.4]} {
    set free [lassign $free view]
    lappend schema [ddl_view $view [pick $tables] [dict get [pick $tables] name]]
  }
  foreach p {0.3 0.1} {
    if {[chance $p]} {
      set free [lassign $free name]
      lappend schema [ddl_trigger $name [pick $tables] [maybe 0.3 $view]]
    }
  }
  if {[chance 0.05]} {
    lappend schema [dict create type virtual name [lindex $names 0] \
                        args [pick $::ddl_modules]]
  }
  if {[chance 0.03]} {
    lappend schema [dict create type unloaded name [lindex $names 1] \
                        args [pick {{nomodule(a, "b" INT, c = [x])} nomodule}]]
  }
  return $schema
}

# CREATE TABLE AS and ALTER TABLE: their own round, because the data above do not
# know what becomes of a table.
proc random_leftovers {schema} {
  set tables [lmap o $schema {
    if {[dict get $o type] ne "table"} continue
    set o
  }]
  foreach - [lrange {1 2 3} 0 [rnd 3]] {
    lappend schema [dict create type alter tokens [ddl_alter [pick $tables]]]
  }
  if {[chance 0.3]} {
    set t [pick $tables]
    lappend schema [dict create type as name {as "select"} \
                        select [ddl_select $t [dict get $t name]]]
  }
  return $schema
}

# --- Spelling -----------------------------------------------------------------
#
# style: which liberties are taken. `place`: a constraint after its column or
# after all; `order`: of columns and constraints; `redundant`: what has no effect.
# `lines`: new lines between the words of a type, which orm_declare() refuses
# because a comma may be missing there.

set styles {quote case gap comment place order redundant lines}
proc set_style {on} {
  foreach name $::styles { set ::style($name) [expr {$name in $on}] }
}
set_style $styles

# Runs a script whose SQL is to be declared.
proc declarable {script} {
  set lines $::style(lines)
  set ::style(lines) 0
  uplevel 1 $script
  set ::style(lines) $lines
}

proc free {name p} { expr {$::style($name) && [chance $p]} }

proc any_case {word} {
  if {![free case 0.3]} { return $word }
  join [lmap c [split $word {}] {
    expr {[string is ascii $c] && [chance 0.5]
          ? [string is upper $c] ? [string tolower $c] : [string toupper $c] : $c}
  }] {}
}

# `strings`: 'x' is a name here, too.
proc spell_name {name strings} {
  set ways [list [q $name]]
  set bare [expr {[regexp {^[a-zA-Z_\u0080-\uffff][\w$]*$} $name] &&
                  [string tolower $name] ni $::reserved}]
  set name [any_case $name]
  if {!$::style(quote)} { return [expr {$bare ? $name : [q $name]}] }
  set ways [list [q $name] "`[string map {` ``} $name]`"]
  if {[string first \] $name] < 0} { lappend ways "\[$name\]" }
  if {$strings} { lappend ways [literal $name] }
  if {$bare} { lappend ways $name $name $name }
  pick $ways
}

proc spell_default {text} {
  set ways [list [literal $text]]
  if {$::style(quote)} { lappend ways [q $text] }
  if {$::style(quote) && [regexp {^[a-z]+$} $text]} { lappend ways $text }
  pick $ways
}

proc spell_token {kind text} {
  switch $kind {
    k - t { any_case $text }
    o { return $text }
    n { spell_name $text 1 }
    e { spell_name $text 0 }
    q {
      lassign $text table name
      set before [expr {[free redundant 0.2] ? "[spell_name $table 0]." : ""}]
      return $before[spell_name $name 0]
    }
    s { literal $text }
    d { spell_default $text }
    eq { pick [expr {$::style(redundant) ? {= ==} : "="}] }
    ne { pick [expr {$::style(redundant) ? {<> !=} : "<>"}] }
  }
}

# Returns space for between two tokens; `line`: on one line.
proc gap {before after line} {
  set none [expr {$before in {( ) ,} || $after in {( ) ,}}]
  set comments [list "/* it's a \"note */" "/**/" " -- ), ;\n" " /* x, --\n*/ "]
  set spaces [list "\t" "  " "\f" "\n  " "\r\n"]
  if {$line} {
    set comments [lrange $comments 0 1]
    set spaces [lrange $spaces 0 2]
  }
  if {[free comment 0.06]} { return [pick $comments] }
  if {$none && [free gap 0.5]} return
  if {[free gap 0.15]} { return [pick $spaces] }
  return " "
}

proc spell {tokens} {
  set text ""
  set before "("
  set kind ""
  foreach token $tokens {
    set type [expr {$kind eq "t" && [lindex $token 0] eq "t"}]
    # SQLite takes a comment before GENERATED ALWAYS for a part of the type, which
    # a STRICT table then refuses.
    set generated [expr {$kind eq "t" && [string match -nocase generated* [lindex $token 1]]}]
    set kind [lindex $token 0]
    set word [spell_token {*}$token]
    if {$generated} {
      append text " "
    } elseif {$text ne ""} {
      append text [gap $before $word [expr {$type && !$::style(lines)}]]
    }
    append text $word
    set before $word
  }
  return $text
}

# Words of SQL that are no part of a type.
set not_in_type {create table not null default check primary unique constraint
  references collate on as conflict temp temporary if exists foreign autoincrement
  without strict view index trigger select from where begin end and or in is case
  when then else between like escape cast natural join left outer with recursive
  union all order by group having generated always}

# An SQL text with other gaps, comments and cases; names stay in their quotes. Any
# two words may be those of a type, if they are none of the above.
proc respell {sql} {
  set words {}
  set last ""
  foreach word [regexp -all -inline $::sql_token $sql] {
    if {[regexp {^(--|/\*)} $word]} continue
    set name [regexp {^["`\[A-Za-z_\u0080-\uffff]} $word]
    if {[string tolower $last,$word] eq "generated,always"} {
      lset words end [list k "$last $word"]   ;# a comment between is one of the type
      continue
    }
    lappend words [list [expr {!$name || [string equal -nocase $last DEFAULT] ? "o" :
                               [string tolower $word] in $::not_in_type ? "k" : "t"}] $word]
    set last $word
  }
  spell $words
}
set sql_token {/\*(?:[^*]|\*+[^*/])*\*+/|--[^\n]*|[xX]'[^']*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[\w$]+|\|\||<<|>>|<>|<=|>=|==|!=|\S}

# --- Rendering ----------------------------------------------------------------

proc order_of {list} { expr {$::style(order) ? [shuffle $list] : $list} }

proc conflict_tokens {conflict} {
  if {$conflict eq "" || ($conflict eq "ABORT" && $::style(redundant) && [rnd 2])} return
  sql "ON CONFLICT $conflict"
}

proc named {name tokens} {
  if {$name eq ""} { return $tokens }
  set before [expr {[free redundant 0.05] ? [sql {CONSTRAINT %n} unused] : ""}]
  sql {%* CONSTRAINT %n %*} $before $name $tokens
}

proc parens {expr} {
  if {[free redundant 0.2]} { set expr [sql {( %* )} $expr] }
  sql {( %* )} $expr
}

# COLLATE and the direction of a term of a key or an index.
proc term_tokens {term} {
  set tokens [expr {[dict get $term column] ne "" ? [sql %n [dict get $term column]] :
                    [parens [dict get $term expr]]}]
  if {[dict get $term collate] ne ""} {
    lappend tokens {*}[sql {COLLATE %n} [dict get $term collate]]
  }
  if {[dict get $term desc]} {
    lappend tokens {k DESC}
  } elseif {[free redundant 0.1]} {
    lappend tokens {k ASC}
  }
  return $tokens
}

proc references_tokens {c} {
  set tokens [sql {REFERENCES %n} [dict get $c parent]]
  if {[dict get $c to] ne ""} {
    lappend tokens {*}[sql {( %* )} [commas [lmap x [dict get $c to] { sql %n $x }]]]
  }
  set actions {}
  foreach when {delete update} {
    set action [dict get $c $when]
    if {$action eq "" && [free redundant 0.1]} { set action "NO ACTION" }
    if {$action ne ""} {
      lappend actions [sql "ON [string toupper $when] $action"]
    }
  }
  if {[free redundant 0.1]} { lappend actions [sql {MATCH %n} [pick {FULL simple}]] }
  lappend tokens {*}[concat {*}[order_of $actions]]
  if {[dict get $c deferred]} {
    lappend tokens {*}[sql {DEFERRABLE INITIALLY DEFERRED}]
  } elseif {[free redundant 0.15]} {
    lappend tokens {*}[sql [pick {{NOT DEFERRABLE} DEFERRABLE
      {DEFERRABLE INITIALLY IMMEDIATE} {NOT DEFERRABLE INITIALLY DEFERRED}}]]
  }
  return $tokens
}

proc auto_tokens {c} { expr {[dict get $c auto] ? {{k AUTOINCREMENT}} : {}} }

# As it follows all columns.
proc table_constraint {c} {
  set list [commas [lmap term [dict get $c terms] { term_tokens $term }]]
  set conflict [conflict_tokens [dict get $c conflict]]
  switch [dict get $c kind] {
    primary { set tokens [sql {PRIMARY KEY ( %* %* ) %*} $list [auto_tokens $c] $conflict] }
    unique { set tokens [sql {UNIQUE ( %* ) %*} $list $conflict] }
    check { set tokens [sql {CHECK %* %*} [parens [dict get $c expr]] \
                          [maybe_tokens 0.1 {ON CONFLICT FAIL}]] }
    foreign { set tokens [sql {FOREIGN KEY ( %* ) %*} $list [references_tokens $c]] }
  }
  named [dict get $c name] $tokens
}

# As it follows its column.
proc column_constraint {c} {
  set conflict [conflict_tokens [dict get $c conflict]]
  switch [dict get $c kind] {
    primary {
      set way [expr {[dict get [lindex [dict get $c terms] 0] desc] ? {{k DESC}} :
                     [free redundant 0.2] ? {{k ASC}} : {}}]
      set tokens [sql {PRIMARY KEY %* %* %*} $way $conflict [auto_tokens $c]]
    }
    unique { set tokens [sql {UNIQUE %*} $conflict] }
    check { set tokens [sql {CHECK %*} [parens [dict get $c expr]]] }
    foreign { set tokens [references_tokens $c] }
  }
  named [dict get $c name] $tokens
}

# The column that a constraint can follow; "" if none. DESC after an
# INTEGER PRIMARY KEY has a meaning that it does not have elsewhere.
proc column_to_follow {c columns} {
  if {[dict get $c kind] eq "check"} { return [pick $columns] }
  if {[llength [dict get $c terms]] != 1} return
  set term [lindex [dict get $c terms] 0]
  if {[dict get $term collate] ne "" || [dict get $term desc]} return
  dict get $term column
}

proc not_null {notnull} {
  lassign $notnull name conflict
  named $name [sql {NOT NULL %*} [conflict_tokens $conflict]]
}

# The text after a column: its own, and the constraints of the table that
# are written there.
proc render_column {c more} {
  set items [lmap con $more { column_constraint $con }]
  if {[dict get $c notnull] ne ""} {
    lappend items [not_null [dict get $c notnull]]
    if {[free redundant 0.05]} { lappend items [not_null [dict get $c notnull]] }
  } elseif {[free redundant 0.1]} {
    lappend items [effectless [sql {NULL %*} [maybe_tokens 0.2 {ON CONFLICT IGNORE}]]]
  }
  set aside [list {*}[dict get $c default] {*}[dict get $c gen]]
  if {[dict get $c default] ne ""} {
    lappend items [effectless [sql {DEFAULT %*} [dict get $c default]]]
  } elseif {$aside eq "" && [free redundant 0.05]} {
    lappend items [sql {DEFAULT NULL}]
  }
  if {[dict get $c collate] ne ""} {
    lappend items [effectless [sql {COLLATE %n} [dict get $c collate]]]
  } elseif {[free redundant 0.05]} {
    lappend items [sql {COLLATE BINARY}]
  }
  if {[dict get $c gen] ne ""} {
    set way [expr {[dict get $c stored] ? {{k STORED}} : [free redundant 0.5] ?
                   {{k VIRTUAL}} : {}}]
    # A comment between these two makes SQLite take GENERATED for the type.
    set always [expr {[free redundant 0.5] ? {{k "GENERATED ALWAYS"}} : {}}]
    lappend items [effectless [sql {%* AS %* %*} $always [parens [dict get $c gen]] $way]]
  }
  sql {%n %* %*} [dict get $c name] [type_tokens [dict get $c type]] \
    [concat {*}[order_of $items]]
}

# A name of what SQLite gives none.
proc effectless {tokens} {
  named [expr {[free redundant 0.1] ? [pick $::ddl_names] : ""}] $tokens
}

proc maybe_tokens {p words} { expr {[free redundant $p] ? [sql $words] : ""} }

proc head {words name} {
  if {[free redundant 0.1]} { append words { IF NOT EXISTS} }
  if {[free redundant 0.1]} { append words { main .} }
  sql "$words %n" $name
}

proc render_table_object {t} {
  set behind {}
  set last {}
  set columns [column_names $t]
  foreach c [order_of [dict get $t cons]] {
    set column [expr {[free place 0.7] ? [column_to_follow $c $columns] : ""}]
    if {$column eq ""} {
      lappend last [table_constraint $c]
    } else {
      dict lappend behind $column $c
    }
  }
  set parts [lmap c [order_of [dict get $t cols]] {
    set name [dict get $c name]
    render_column $c [expr {[dict exists $behind $name] ? [dict get $behind $name] : ""}]
  }]
  set body [commas $parts]
  foreach c $last {
    if {$c ne [lindex $last 0] && [free redundant 0.2]} {
      lappend body {*}$c
    } else {
      lappend body {o ,} {*}$c
    }
  }
  set options [commas [order_of [concat [expr {[dict get $t wr] ? [list [sql {WITHOUT ROWID}]] : ""}] \
                                   [expr {[dict get $t strict] ? [list [sql STRICT]] : ""}]]]]
  sql {%* ( %* ) %*} [head {CREATE TABLE} [dict get $t name]] $body $options
}

proc render_object {o} {
  set name [expr {[dict exists $o name] ? [dict get $o name] : ""}]
  switch [dict get $o type] {
    table { render_table_object $o }
    index {
      set unique [expr {[dict get $o unique] ? "UNIQUE" : ""}]
      set where [dict get $o where]
      sql {%* ON %n ( %* ) %*} [head "CREATE $unique INDEX" $name] [dict get $o table] \
        [commas [lmap term [dict get $o terms] { term_tokens $term }]] \
        [expr {$where eq "" ? "" : [sql {WHERE %*} $where]}]
    }
    view {
      set cols [dict get $o cols]
      if {$cols ne ""} {
        set cols [sql {( %* )} [commas [lmap c $cols { sql %n $c }]]]
      }
      sql {%* %* AS %*} [head {CREATE VIEW} $name] $cols [dict get $o select]
    }
    trigger {
      set before [expr {[lindex [dict get $o head] 0 1] in {AFTER INSTEAD}
                        || ![free redundant 0.3] ? "" : [sql BEFORE]}]
      sql {%* %* %* ON %* %n %* %* BEGIN %* END} [head {CREATE TRIGGER} $name] \
        $before [dict get $o head] [maybe_tokens 0.1 {main .}] [dict get $o on] \
        [maybe_tokens 0.2 {FOR EACH ROW}] [dict get $o tail] [dict get $o body]
    }
    virtual - unloaded {
      sql {%* USING %*} [head {CREATE VIRTUAL TABLE} $name] [list [list o [dict get $o args]]]
    }
    as { sql {CREATE TABLE %n AS %*} $name [dict get $o select] }
    alter { dict get $o tokens }
  }
}

# --- Making it ----------------------------------------------------------------

# Spells each object and creates it; gives those that SQLite takes, and their
# texts: {SCHEMA SCRIPTS}. What it refuses in this spelling, and in five more, is
# left out.
proc make {db schema} {
  set made {}
  set scripts {}
  foreach o $schema {
    for {set try 0} {$try < 5} {incr try} {
      set text [spell [render_object $o]]
      if {[dict get $o type] eq "unloaded"} {
        set name [dict get $o name]
        set text "CREATE VIRTUAL TABLE [q $name] USING [dict get $o args]"
        add_unloaded $db $name $text
      } elseif {[catch {$db eval $text} ::refused]} {
        incr ::counts(refused)
        continue
      }
      lappend made $o
      lappend scripts $text
      break
    }
  }
  list $made $scripts
}

# A virtual table whose module is missing cannot be created; it can be found.
proc add_unloaded {db name sql} {
  $db eval {
    PRAGMA writable_schema = 1;
    INSERT INTO sqlite_schema VALUES ('table', $name, $name, 0, $sql);
    PRAGMA writable_schema = RESET;
  }
}

# --- Other meanings -----------------------------------------------------------
#
# Each kind is what is done to a thing of the schema, in which `o` is an object, `c`
# a column or a constraint, `x` a term: it is given back changed, or as it was if
# that cannot be.

proc other {value list} {
  pick [lmap x $list {
    if {[string equal -nocase $x $value]} continue
    set x
  }]
}

proc flip {d key} { dict set d $key [expr {![dict get $d $key]}] }

# Changes one member of a list in the data.
proc change_one {d key script} {
  set list [dict get $d $key]
  if {$list eq ""} { return $d }
  set i [rnd [llength $list]]
  lset list $i [apply [list c $script] [lindex $list $i]]
  dict set d $key $list
}

proc change_con {kinds script} {
  list table [string map [list KINDS $kinds SCRIPT $script] {
    change_one $o cons { if {[dict get $c kind] in {KINDS}} {SCRIPT} else { set c } }
  }]
}

proc change_term {kinds script} {
  change_con $kinds [string map [list SCRIPT $script] { change_one $c terms {SCRIPT} }]
}

proc change_column {script} {
  list table [string map [list SCRIPT $script] { change_one $o cols {SCRIPT} }]
}

proc conflict_of {c} {
  dict set c conflict [expr {[dict get $c conflict] in {{} ABORT} ? "IGNORE" : ""}]
}

proc other_collate {c} {
  set now [dict get $c collate]
  dict set c collate [other [expr {$now eq "" ? "BINARY" : $now}] {BINARY NOCASE RTRIM}]
}

# Is NOT NULL said by the key already, or of no effect?
proc not_null_counts {o c} {
  foreach con [dict get $o cons] {
    if {[dict get $con kind] ne "primary"} continue
    foreach term [dict get $con terms] {
      if {[dict get $term column] eq [dict get $c name]} { return 0 }
    }
  }
  return 1
}

set meanings [dict create \
  type [change_column { dict set c type [other [string trim [dict get $c type] \"'`] {INT TEXT BLOB REAL}] }] \
  not_null {table {
    set i [rnd [llength [dict get $o cols]]]
    set c [lindex [dict get $o cols] $i]
    if {[not_null_counts $o $c]} {
      dict set c notnull [expr {[dict get $c notnull] eq "" ? [list {} {}] : ""}]
    }
    dict set o cols [lreplace [dict get $o cols] $i $i $c]
  }} \
  not_null_conflict {table {
    set i [rnd [llength [dict get $o cols]]]
    set c [lindex [dict get $o cols] $i]
    lassign [dict get $c notnull] name conflict
    if {[dict get $c notnull] ne "" && [not_null_counts $o $c]} {
      dict set c notnull [list $name [expr {$conflict eq "FAIL" ? "" : "FAIL"}]]
    }
    dict set o cols [lreplace [dict get $o cols] $i $i $c]
  }} \
  default [change_column {
    dict set c default [expr {[dict get $c default] eq "{o 77}" ? "" : "{o 77}"}]
  }] \
  default_string [change_column {
    if {[lindex [dict get $c default] 0 0] eq "d"} {
      dict set c default [sql %d [lindex [dict get $c default] 0 1]Z]
    }
    set c
  }] \
  default_type [change_column {
    if {[llength [dict get $c default]] == 1 && [lindex [dict get $c default] 0 0] eq "o"} {
      dict set c default [sql %d [lindex [dict get $c default] 0 1]]
    }
    set c
  }] \
  collate [change_column { other_collate $c }] \
  generated [change_column {
    if {[dict get $c gen] eq ""} { return $c }
    dict set c gen [pick [list {} [sql {( %* ) || %s} [dict get $c gen] z]]]
  }] \
  stored [change_column { if {[dict get $c gen] ne ""} { flip $c stored } else { set c } }] \
  rename [change_column { dict set c name [dict get $c name]2 }] \
  add_column {table {
    dict lappend o cols [ddl_column [dict get $o name] new {} [dict get $o strict]]
    set o
  }} \
  drop_column {table { dict set o cols [lrange [dict get $o cols] 0 end-1] }} \
  options {table { flip $o wr }} \
  strict {table { flip $o strict }} \
  add_unique {table {
    dict lappend o cons [ddl_key unique [column_names $o]]
    set o
  }} \
  add_check {table {
    dict lappend o cons [ddl_check [dict get $o name] [column_names $o]]
    set o
  }} \
  drop_constraint {table { dict set o cons [lrange [dict get $o cons] 1 end] }} \
  twice {table {
    if {[lindex [dict get $o cons] 0 1] eq "check"} {
      dict lappend o cons [lindex [dict get $o cons] 0]
    }
    set o
  }} \
  auto [change_con primary { flip $c auto }] \
  key_order [change_con {primary unique} { dict set c terms [lreverse [dict get $c terms]] }] \
  key_column {table {
    set columns [column_names $o]
    change_one $o cons [string map [list COLUMNS $columns] {
      if {[dict get $c kind] ni {primary unique} || [llength {COLUMNS}] < 2} { return $c }
      change_one $c terms { dict set c column [other [dict get $c column] {COLUMNS}] }
    }]
  }} \
  key_collate [change_term unique {
    dict set c collate [other [dict get $c collate] {NOCASE RTRIM}]
  }] \
  key_desc [change_term unique { flip $c desc }] \
  conflict [change_con {primary unique} { conflict_of $c }] \
  name [change_con {primary unique check foreign} {
    dict set c name [expr {[dict get $c name] eq "other" ? "" : "other"}]
  }] \
  check [change_con check { dict set c expr [sql {( %* ) IS NOT 5} [dict get $c expr]] }] \
  delete [change_con foreign {
    dict set c delete [other [dict get $c delete] {{} {SET NULL} CASCADE RESTRICT}]
  }] \
  update [change_con foreign {
    dict set c update [other [dict get $c update] {{} {SET DEFAULT} CASCADE RESTRICT}]
  }] \
  deferred [change_con foreign { flip $c deferred }] \
  target [change_con foreign {
    dict set c to [expr {[dict get $c to] eq "" ? "" : [lreverse [dict get $c to]]}]
  }] \
  single {index { flip $o unique }} \
  index_order {index { dict set o terms [lreverse [dict get $o terms]] }} \
  index_collate {index { change_one $o terms {
    dict set c collate [other [dict get $c collate] {NOCASE RTRIM}]
  } }} \
  index_desc {index { change_one $o terms { flip $c desc } }} \
  index_expr {index { change_one $o terms {
    if {[dict get $c column] ne ""} { return $c }
    dict set c expr [sql {length ( %* )} [dict get $c expr]]
  } }} \
  where {index {
    dict set o where [expr {[dict get $o where] eq "" ? [sql {1 eq 1}] : ""}]
  }} \
  drop_object {{index view trigger virtual} { return }} \
  view {view { dict set o select [sql {%* UNION ALL SELECT 1 , 2} [dict get $o select]] }} \
  view_columns {view { dict set o cols [lreverse [dict get $o cols]] }} \
  event {trigger {
    set from [lindex [dict get $o head] end 1]
    if {$from in {INSERT DELETE}} {
      dict set o head [lreplace [dict get $o head] end end {k UPDATE}]
      dict set o tail {}
    }
    set o
  }} \
  timing {trigger {
    switch [lindex [dict get $o head] 0 1] {
      AFTER { dict set o head [lrange [dict get $o head] 1 end] }
      INSTEAD {}
      default { dict set o head [linsert [dict get $o head] 0 {k AFTER}] }
    }
    set o
  }} \
  when {trigger {
    if {[lindex [dict get $o head] 0 1] eq "INSTEAD"} { return $o }
    dict set o tail [expr {[dict get $o tail] eq "" ? [sql {WHEN 1 IS 1}] : ""}]
  }} \
  body {trigger { dict lappend o body {*}[sql {SELECT 5 ;}]; set o }} \
  virtual {virtual {
    dict set o args [other [dict get $o args] {{fts5(q)} {rtree(i, a, b)}}]
  }} \
]

# The schema with one other meaning of this kind; as it was if there is none.
proc other_meaning {schema kind} {
  lassign [dict get $::meanings $kind] types script
  set places {}
  for {set i 0} {$i < [llength $schema]} {incr i} {
    if {[dict get [lindex $schema $i] type] in $types} { lappend places $i }
  }
  if {$places eq ""} { return $schema }
  set i [pick $places]
  set o [apply [list o $script] [lindex $schema $i]]
  lreplace $schema $i $i {*}[expr {$o eq "" ? {} : [list $o]}]
}
