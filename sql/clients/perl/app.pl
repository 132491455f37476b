use DBI;

my $db = DBI->connect("dbi:SQLite:app.db", "", "", {RaiseError => 1});
$db->sqlite_enable_load_extension(1);
$db->sqlite_load_extension("build/orm");
$db->sqlite_enable_load_extension(0);

sub call { return ($db->selectrow_array(shift, undef, @_))[0]; }

print call("SELECT orm_declare(?)",
           "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"), "\n"; # 1
print call("SELECT orm_migrate(?)", "notes"), "\n";                        # 1
$db->do("INSERT INTO note(body) VALUES (?)", undef, "hello");
print call("SELECT body FROM note"), "\n";                                 # hello
print call("SELECT orm_downgrade()"), "\n";                                # 0
