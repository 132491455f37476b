# The tutorial's app/__init__.py. The database is app.db of the current
# directory, unless DATABASE names another.
import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.path.abspath(
    os.environ.get("DATABASE", "app.db")
)
db = SQLAlchemy(app)

from app import models  # noqa: E402,F401
