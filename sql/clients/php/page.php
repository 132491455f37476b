<?php
$db = new SQLite3('blog.db');
$db->loadExtension('orm.so');
$page = $db->query("
  SELECT orm_get('Post', id, 'body, author(nickname), comments(body, author(nickname))')
    FROM post ORDER BY id DESC LIMIT 10");
while ($row = $page->fetchArray(SQLITE3_NUM)) {
  $post = json_decode($row[0]);
  echo "{$post->author->nickname}: {$post->body}\n";                 // john: my first post!
  foreach ($post->comments as $comment)
    echo "{$comment->author->nickname}: {$comment->body}\n";         // susan: welcome
}
