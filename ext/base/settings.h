/*
** settings: the settings of a connection that orm changes, by
** sqlite3_db_config(), and restores.
*/
#ifndef ORM_SETTINGS_H
#define ORM_SETTINGS_H

#include "base/context.h"

/* The settings. Each is an option SQLITE_DBCONFIG_... of SQLite. */
typedef enum Setting {
  SETTING_FOREIGN_KEYS,
  SETTING_LEGACY_ALTER,
  SETTING_TRIGGERS,
  SETTING_VIEWS,
  SETTING_WRITABLE_SCHEMA,
  SETTING_DDL_STRINGS, /* DQS_DDL: in DDL, an unknown "x" is a string */
  SETTING_DML_STRINGS, /* DQS_DML: the same in other statements */
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

/* Changes a setting. Does nothing if the setting has the value already, because
** SQLite expires prepared statements when a setting is written. */
void settings_set(sqlite3 *db, Setting setting, int value);

/* Returns all settings of a connection, for settings_restore(). */
Settings settings_save(sqlite3 *db);

/* Sets all settings of a connection, which need not be the one that they were
** saved from. */
void settings_restore(sqlite3 *db, const Settings *saved);

#endif
