"""Django, for peer.py."""

import os
import shutil
import sys

import django
from django.conf import settings
from django.core.management import call_command

import peer

VERSION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("app", "{before}")]
    operations = [migrations.AddField("T{table}", "{column}",
                                      models.TextField(null=True))]
"""


def write_models(tables, added=()):
    """added: pairs of a table and a column."""
    with open("app/models.py", "w") as f:
        f.write("from django.db import models\n")
        for i in range(tables):
            f.write(f"class T{i}(models.Model):\n")
            for k in range(10):
                f.write(f"    c{k} = models.CharField(max_length={k + 1},"
                        " default='x')\n")
            f.write(f"    parent = models.ForeignKey('T{peer.parent(i)}',"
                    " models.CASCADE, null=True)\n")
            for table, column in added:
                if table == i:
                    f.write(f"    {column} = models.TextField(null=True)\n")


def set_up():
    """The project of this directory, with its models."""
    sys.path.insert(0, os.getcwd())
    files = {"default": "app.db"}
    if "tenants" in sys.argv:
        files.update((file, file) for file in peer.tenant_files())
    settings.configure(
        INSTALLED_APPS=["app"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={name: {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
                   for name, file in files.items()})
    django.setup()


def make_project(work):
    """The first version, applied. The models are those after the change."""
    os.makedirs("app")
    open("app/__init__.py", "w").close()
    write_models(peer.tables_of(work))
    set_up()
    call_command("makemigrations", "app", verbosity=0)
    call_command("migrate", verbosity=0)
    write_models(peer.tables_of(work), peer.changes(work))


def write_versions(work):
    make_project(work)
    before = "0001_initial"
    for i, (table, column) in enumerate(peer.changes(work)):
        name = f"{i + 2:04}_version"
        with open(f"app/migrations/{name}.py", "w") as f:
            f.write(VERSION.format(before=before, table=table, column=column))
        before = name


def add(work):
    call_command("makemigrations", "app", verbosity=0)
    call_command("migrate", verbosity=0)


def make_up(work):
    write_versions(work)
    os.remove("app.db")


def up(work):
    call_command("migrate", verbosity=0)


def make_down(work):
    write_versions(work)
    up(work)


def down(work):
    call_command("migrate", "app", "zero", verbosity=0)


def make_tenants(work):
    write_versions(work)
    for file in peer.tenant_files():
        shutil.copy("app.db", file)


def tenants(work):
    for file in peer.tenant_files():
        call_command("migrate", database=file, verbosity=0)


if sys.argv[1] == "run":
    set_up()
peer.main({"add": make_project, "add-100": make_project, "up": make_up,
           "down": make_down, "tenants": make_tenants},
          {"add": add, "add-100": add, "up": up, "down": down,
           "tenants": tenants})
