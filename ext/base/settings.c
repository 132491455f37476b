#include "base/settings.h"

static const int setting_options[SETTINGS] = {
    [SETTING_FOREIGN_KEYS] = SQLITE_DBCONFIG_ENABLE_FKEY,
    [SETTING_LEGACY_ALTER] = SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
    [SETTING_TRIGGERS] = SQLITE_DBCONFIG_ENABLE_TRIGGER,
    [SETTING_VIEWS] = SQLITE_DBCONFIG_ENABLE_VIEW,
    [SETTING_WRITABLE_SCHEMA] = SQLITE_DBCONFIG_WRITABLE_SCHEMA,
    [SETTING_DDL_STRINGS] = SQLITE_DBCONFIG_DQS_DDL,
    [SETTING_DML_STRINGS] = SQLITE_DBCONFIG_DQS_DML,
    [SETTING_DEFENSIVE] = SQLITE_DBCONFIG_DEFENSIVE,
    [SETTING_TRUSTED_SCHEMA] = SQLITE_DBCONFIG_TRUSTED_SCHEMA,
};

int settings_get(sqlite3 *db, Setting setting) {
  int value = 0;
  sqlite3_db_config(db, setting_options[setting], -1, &value);
  return value;
}

void settings_set(sqlite3 *db, Setting setting, int value) {
  if (settings_get(db, setting) != value)
    sqlite3_db_config(db, setting_options[setting], value, (int *)NULL);
}

Settings settings_save(sqlite3 *db) {
  Settings saved;
  for (Setting i = 0; i < SETTINGS; i++) saved.values[i] = settings_get(db, i);
  return saved;
}

void settings_restore(sqlite3 *db, const Settings *saved) {
  for (Setting i = 0; i < SETTINGS; i++) settings_set(db, i, saved->values[i]);
}
