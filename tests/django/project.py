# project.py make|read FILE: Django with its own applications. make: migrate, and
# some rows. read: what it finds, and whether it has anything left to migrate.

import sys

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                           "NAME": sys.argv[2]}},
    INSTALLED_APPS=["django.contrib." + name for name in
                    ("admin", "auth", "contenttypes", "messages", "sessions")],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SECRET_KEY="not one",
)
django.setup()

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType

if sys.argv[1] == "make":
    call_command("migrate", verbosity=0)
    group = Group.objects.create(name="Größe 漢字")
    group.permissions.set(Permission.objects.filter(codename__startswith="add"))
    for name in ("john", "susan", "it's"):
        user = User.objects.create(username=name, password="!", email="")
        user.groups.add(group)
        LogEntry.objects.log_action(
            user.pk, ContentType.objects.get_for_model(User).pk, user.pk,
            str(user), ADDITION, "made")
else:
    for user in User.objects.order_by("pk"):
        print(user.pk, user.username, [str(each) for each in user.groups.all()],
              user.groups.first().permissions.count(), user.logentry_set.count())
    call_command("migrate", "--check", verbosity=0)
