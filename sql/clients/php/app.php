<?php
$db = new SQLite3('app.db');
$db->enableExceptions(true);
$db->loadExtension('orm.so');

$sql = 'CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)';
echo $db->querySingle("SELECT orm_declare('$sql')"), "\n";       // 1
echo $db->querySingle("SELECT orm_migrate('notes')"), "\n";      // 1
$db->exec("INSERT INTO note(body) VALUES ('hello')");
$pdo = new PDO('sqlite:app.db');
echo $pdo->query('SELECT body FROM note')->fetchColumn(), "\n";  // hello
$pdo = null;
echo $db->querySingle('SELECT orm_downgrade()'), "\n";           // 0
