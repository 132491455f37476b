/*
** settings: the settings of a connection that orm changes, by
** sqlite3_db_config(), and restores.
*/
#ifndef ORM_SETTINGS_H
#define ORM_SETTINGS_H

#include "base/context.h"

/* The options SQLITE_DBCONFIG_... that these settings are. */
typedef enum Setting {
  SETTING_FOREIGN_KEYS,
  SETTING_LEGACY_ALTER,
  SETTING_TRIGGERS,
  SETTING_VIEWS,
  SETTING_WRITABLE_SCHEMA,
  SETTING_DDL_STRINGS, /* DQS_DDL: an unknown "x" is a string in DDL, */
  SETTING_DML_STRINGS, /* DQS_DML: and in other statements */
  SETTING_DEFENSIVE,
  SETTING_TRUSTED_SCHEMA,
  SETTINGS
} Setting;

/* The values of all settings, by Setting. */
typedef struct Settings {
  int values[SETTINGS];
} Settings;

/* Returns the value of a setting, 0 or 1. */
int settings_get(sqlite3 *db, Setting setting);

/* Changes a setting. SQLite forgets prepared statements only if the value is
** another one. */
void settings_set(sqlite3 *db, Setting setting, int value);

/* Returns all settings of a connection, for settings_restore(). */
Settings settings_save(sqlite3 *db);

/* Gives a connection, the same or another one, these settings. */
void settings_restore(sqlite3 *db, const Settings *saved);

#endif
