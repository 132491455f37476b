import json, sqlite3

db = sqlite3.connect("blog.db")
db.enable_load_extension(True)
db.load_extension("build/orm")
page = db.execute("""
    SELECT orm_get('Post', id, 'body, author(nickname), comments(body, author(nickname))')
      FROM post ORDER BY id DESC LIMIT 10""")
for (text,) in page:
    post = json.loads(text)
    print(post["author"]["nickname"] + ":", post["body"])           # john: my first post!
    for comment in post["comments"]:
        print(comment["author"]["nickname"] + ":", comment["body"])  # susan: welcome
