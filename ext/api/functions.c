#include "api/functions.h"

#include "alter/alter.h"
#include "api/help.h"
#include "api/progress_bar.h"
#include "base/nearest.h"
#include "declare/declare.h"
#include "declare/model_script.h"
#include "declare/reflect.h"
#include "diagram/diagram.h"
#include "objects/get.h"
#include "objects/remove.h"
#include "objects/render_json.h"
#include "objects/save_graph.h"
#include "run/backup.h"
#include "run/goto.h"
#include "run/lint.h"
#include "run/migrate.h"
#include "run/rehearse.h"
#include "run/reset.h"
#include "run/status.h"
#include "ship/files.h"
#include "ship/portable.h"
#include "ship/rebase.h"
#include "ship/require.h"
#include "ship/squash.h"

/* ---- calls -------------------------------------------------------------- */

/* The state that all functions of one connection share. */
typedef struct App {
  int references; /* functions that still use it */
  Session session;
  const char *running; /* the name of the running function that makes changes,
                       ** or NULL */
} App;

/* One call of a function. */
typedef struct Call {
  Ctx ctx; /* cleared when the call ends */
  App *app;
  sqlite3_context *out;
  int argc; /* arguments before the options */
  sqlite3_value **argv;
  int noption;
  sqlite3_value **options;
} Call;

typedef enum Effect {
  EFFECT_READS,
  EFFECT_CHANGES, /* refused inside a script that orm runs */
  EFFECT_NESTS    /* makes changes; allowed inside such a script */
} Effect;

enum { MOST_OPTIONS = 8 };

typedef struct Function {
  const char *name;
  int least, most; /* arguments before the options */
  Effect effect;
  void (*call)(Call *);
  const char *options[MOST_OPTIONS]; /* a word that ends with "=" has a value */
} Function;

/* ---- arguments and options ---------------------------------------------- */

static const char *value_text(Ctx *ctx, sqlite3_value *value) {
  if (!ctx_ok(ctx) || sqlite3_value_type(value) == SQLITE_NULL) return NULL;
  const char *z = (const char *)sqlite3_value_text(value);
  if (z == NULL) {
    err_nomem(ctx);
    return NULL;
  }
  if (strlen(z) != (size_t)sqlite3_value_bytes(value)) {
    err_set(ctx, SQLITE_ERROR, "a NUL character inside an argument");
    return NULL;
  }
  return mem_text(ctx, z, -1);
}

/* Returns an argument as text, NULL if it is missing or NULL. */
static const char *text_argument(Call *call, int i) {
  return i < call->argc ? value_text(&call->ctx, call->argv[i]) : NULL;
}

/* Returns an argument as text. Sets an error if it is missing or NULL; `what`
** is its name in the message. */
static const char *required_text(Call *call, int i, const char *what) {
  const char *text = text_argument(call, i);
  if (text == NULL) err_set(&call->ctx, SQLITE_ERROR, "%s is NULL", what);
  return text;
}

/* Returns an argument as a version, -1 if it is missing or NULL. */
static i64 version_argument(Call *call, int i) {
  if (i >= call->argc || sqlite3_value_type(call->argv[i]) == SQLITE_NULL)
    return -1;
  if (sqlite3_value_numeric_type(call->argv[i]) != SQLITE_INTEGER ||
      sqlite3_value_int64(call->argv[i]) < 0) {
    err_set(&call->ctx, SQLITE_ERROR, "\"%s\" is no version: a number from 0",
            value_text(&call->ctx, call->argv[i]));
    return -1;
  }
  return sqlite3_value_int64(call->argv[i]);
}

/* Returns an argument as a version. Sets an error if it is NULL. */
static i64 required_version(Call *call, int i) {
  i64 version = version_argument(call, i);
  if (version < 0) err_set(&call->ctx, SQLITE_ERROR, "the version is NULL");
  return version;
}

/* Returns the value of the option if `text` sets it ("" for a flag); NULL if
** `text` sets another option. */
static const char *option_match(const char *text, const char *option) {
  size_t n = strlen(option);
  bool has_value = option[n - 1] == '=';
  if (has_value && sqlite3_strnicmp(text, option, (int)n) == 0) return text + n;
  return !has_value && name_equal(text, option) ? "" : NULL;
}

/* Returns the value of an option ("" for a flag), NULL if the call lacks it. */
static const char *option(Call *call, const char *name) {
  for (int i = 0; i < call->noption; i++) {
    const char *text = value_text(&call->ctx, call->options[i]);
    const char *value = text ? option_match(text, name) : NULL;
    if (value) return value;
  }
  return NULL;
}

/* Returns the option 'timestamp=...' in SQLite's form of a time, or NULL. */
static const char *timestamp_option(Call *call) {
  Ctx *ctx = &call->ctx;
  const char *text = option(call, "timestamp=");
  if (text == NULL) return NULL;
  char *time = db_text_or_null(
      ctx, "SELECT strftime('%%Y-%%m-%%d %%H:%%M:%%S', %Q)", text);
  if (time == NULL)
    err_set(ctx, SQLITE_ERROR,
            "'timestamp=%s' is no time: timestamp=2026-01-31 23:59:59", text);
  return time;
}

/* Returns the options of a function as a list for a message. */
static const char *known_options(Ctx *ctx, const Function *f) {
  if (f->options[0] == NULL) return "none";
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < MOST_OPTIONS && f->options[i]; i++)
    sqlite3_str_appendf(str, "%s'%s'", i ? ", " : "", f->options[i]);
  return mem_finish(ctx, str);
}

/* Returns a hint that names the option most similar to the word before "=". */
static const char *option_hint(Ctx *ctx, const Function *f, const char *text) {
  size_t n = text ? strcspn(text, "=") : 0;
  Nearest near = {.name = n ? mem_text(ctx, text, (int)n) : NULL};
  for (int i = 0; i < MOST_OPTIONS; i++) nearest_try(&near, f->options[i]);
  return nearest_hint(ctx, &near, ";");
}

static bool is_option(const Function *f, const char *text) {
  for (int i = 0; i < MOST_OPTIONS && f->options[i]; i++)
    if (option_match(text, f->options[i])) return true;
  return false;
}

static void check_options(Call *call, const Function *f) {
  Ctx *ctx = &call->ctx;
  if (f->options[0] == NULL && call->noption == 0) return;
  for (int i = 0; i < call->noption && ctx_ok(ctx); i++) {
    const char *text = value_text(ctx, call->options[i]);
    if (text == NULL || !is_option(f, text))
      err_set(ctx, SQLITE_ERROR, "unknown option '%s'%s known: %s",
              text ? text : "NULL", option_hint(ctx, f, text),
              known_options(ctx, f));
  }
  /* Refuse options among the arguments: orm_migrate('force') would use 'force'
  ** as the message. */
  for (int i = f->least; i < call->argc && ctx_ok(ctx); i++) {
    const char *text = value_text(ctx, call->argv[i]);
    if (text && is_option(f, text))
      err_set(ctx, SQLITE_ERROR,
              "'%s' is an option, and options stand behind the arguments: "
              "%s(NULL, '%s')",
              text, f->name, text);
  }
}

/* ---- results ------------------------------------------------------------ */

static void result_int(Call *call, i64 value) {
  if (ctx_ok(&call->ctx)) sqlite3_result_int64(call->out, value);
}

static void result_text(Call *call, const char *text) {
  if (ctx_ok(&call->ctx))
    sqlite3_result_text(call->out, text, -1, SQLITE_TRANSIENT);
}

/* Sets a constant as the result, without a copy. The work is done, so that a
** lack of memory must not fail the call here. */
static void result_word(Call *call, const char *word) {
  if (ctx_ok(&call->ctx))
    sqlite3_result_text(call->out, word, -1, SQLITE_STATIC);
}

static void result_error(Call *call, const char *name) {
  if (call->ctx.rc == SQLITE_NOMEM) {
    sqlite3_result_error_nomem(call->out);
    return;
  }
  err_prefix(&call->ctx, "%s", name);
  sqlite3_result_error(call->out, call->ctx.msg ? call->ctx.msg : "error", -1);
  sqlite3_result_error_code(call->out, call->ctx.rc);
}

/* ---- the functions ------------------------------------------------------ */

static void call_init(Call *call) {
  result_int(call, migrate_init(&call->ctx));
}

/* Returns the options that are common to the functions on versions. */
static Options read_options(Call *call) {
  Options options = {.timestamp = timestamp_option(call),
                     .noarchive = option(call, "noarchive") != NULL,
                     .verify = option(call, "verify") != NULL,
                     .safe = option(call, "safe") != NULL,
                     .empty = option(call, "empty") != NULL,
                     .backup = option(call, "backup=")};
  return options;
}

static void call_migrate(Call *call) {
  const char *message = text_argument(call, 0);
  Options options = read_options(call);
  if (option(call, "lint")) lint_refuse(&call->ctx);
  result_int(call, migrate_record(&call->ctx, message, true, &options));
}

static void call_revision(Call *call) {
  const char *message = text_argument(call, 0);
  Options options = read_options(call);
  i64 version = migrate_record(&call->ctx, message, false, &options);
  if (version) result_int(call, version);
}

static void call_upgrade(Call *call) {
  i64 target = version_argument(call, 0);
  Options options = read_options(call);
  result_int(call, migrate_upgrade(&call->ctx, target, &options));
}

static void call_downgrade(Call *call) {
  i64 target = version_argument(call, 0);
  Options options = read_options(call);
  result_int(call, migrate_downgrade(&call->ctx, target, &options));
}

static void call_version(Call *call) {
  result_int(call, migrate_version(&call->ctx));
}

static void call_discard(Call *call) {
  result_int(call, migrate_discard(&call->ctx));
}

static void call_goto(Call *call) {
  i64 version = required_version(call, 0);
  Options options = read_options(call);
  result_int(call, goto_version(&call->ctx, version, &options));
}

static void call_require(Call *call) {
  i64 version = required_version(call, 0);
  Options options = read_options(call);
  const char *dir = option(call, "import=");
  result_int(call, require_version(&call->ctx, version, dir, &options));
}

static void call_reset(Call *call) {
  i64 version = version_argument(call, 0);
  result_int(call, reset_declarations(&call->ctx, version));
}

static void call_squash(Call *call) {
  i64 version = required_version(call, 0);
  bool schema = option(call, "schema") != NULL;
  result_int(call, squash_versions(&call->ctx, version, schema,
                                   timestamp_option(call)));
}

static void call_stamp(Call *call) {
  i64 version = required_version(call, 0);
  const char *timestamp = timestamp_option(call);
  bool force = option(call, "force") != NULL;
  result_int(call, migrate_stamp(&call->ctx, version, force, timestamp));
}

static void call_purge(Call *call) {
  i64 version = version_argument(call, 0);
  result_int(call, migrate_purge(&call->ctx, version));
}

static void call_status(Call *call) {
  result_text(call, status_report(&call->ctx));
}

static void call_declare(Call *call) {
  const char *script =
      required_text(call, 0, "the script (did readfile() find its file?)");
  bool replace = option(call, "replace") != NULL;
  if (script) result_int(call, declare_script(&call->ctx, script, replace));
}

static void call_reflect(Call *call) {
  const char *glob = text_argument(call, 0);
  bool relationships = option(call, "relationships") != NULL;
  result_int(call, reflect_adopt(&call->ctx, glob, relationships,
                                 timestamp_option(call)));
}

static void call_repair(Call *call) {
  result_int(call, reflect_repair(&call->ctx));
}

static void call_models(Call *call) {
  result_text(call, model_script(&call->ctx));
}

static void call_sql(Call *call) {
  i64 from = version_argument(call, 0), to = version_argument(call, 1);
  if (ctx_ok(&call->ctx))
    result_text(call, portable_range(&call->ctx, from, to));
}

static void call_diagram(Call *call) {
  const char *format = required_text(call, 0, "the format");
  const char *glob = text_argument(call, 1);
  if (format) result_text(call, diagram_text(&call->ctx, format, glob));
}

static void call_export(Call *call) {
  const char *dir = required_text(call, 0, "the directory");
  bool portable = option(call, "portable") != NULL;
  if (dir) result_int(call, files_export(&call->ctx, dir, portable));
}

static void call_import(Call *call) {
  const char *dir = required_text(call, 0, "the directory");
  const char *timestamp = timestamp_option(call);
  if (dir) result_int(call, files_import(&call->ctx, dir, timestamp));
}

static void call_rebase(Call *call) {
  const char *dir = required_text(call, 0, "the directory");
  bool ours = option(call, "ours") != NULL;
  bool theirs = option(call, "theirs") != NULL;
  RebaseOptions options = {.winner = ours     ? MERGE_OURS
                                     : theirs ? MERGE_THEIRS
                                              : MERGE_NONE,
                           .timestamp = timestamp_option(call),
                           .backup = option(call, "backup=")};
  if (ours && theirs)
    err_set(&call->ctx, SQLITE_ERROR, "either 'ours' or 'theirs'");
  if (dir) result_int(call, rebase_onto(&call->ctx, dir, &options));
}

static void call_rehearse(Call *call) {
  i64 target = version_argument(call, 0);
  bool copy = option(call, "copy") != NULL;
  if (!ctx_ok(&call->ctx)) return;
  result_text(call, copy ? rehearse_copy(&call->ctx, target, functions_register)
                         : rehearse_here(&call->ctx, target));
}

static void call_backup(Call *call) {
  const char *file = required_text(call, 0, "the file");
  bool replace = option(call, "replace") != NULL;
  if (file) result_int(call, backup_file(&call->ctx, file, replace));
}

static void call_alter_table(Call *call) {
  const char *table = required_text(call, 0, "the table");
  const char *sql = required_text(call, 1, "the new definition");
  char *plan = NULL;
  bool dry = option(call, "dry") != NULL;
  const AlterOptions options = {
      .method = alter_method(&call->ctx, option(call, "method=")),
      .alone = call->app->running == NULL,
      .drop = option(call, "drop") != NULL,
      .plan = dry ? &plan : NULL};
  if (table == NULL || sql == NULL) return;
  Method method = alter_table(&call->ctx, table, sql, &options);
  if (dry)
    result_text(call, plan);
  else
    result_word(call, rules_method_name(method));
}

static void call_get(Call *call) {
  sqlite3_value *members = call->argc > 2 ? call->argv[2] : NULL;
  GetPlan *plan = (GetPlan *)sqlite3_get_auxdata(call->out, 0);
  if (plan == NULL || !get_serves(plan, call->argv[0], members)) {
    const char *model = required_text(call, 0, "the model");
    plan = get_plan(&call->ctx, model, text_argument(call, 2));
    if (plan == NULL) return;
    sqlite3_set_auxdata(call->out, 0, plan, get_end);
    plan = (GetPlan *)sqlite3_get_auxdata(call->out, 0);
  }
  if (plan == NULL) /* sqlite3_set_auxdata() had no memory for it */
    err_nomem(&call->ctx);
  else
    get_object(&call->ctx, plan, call->argv[1], call->out);
}

static void call_select(Call *call) {
  const char *model = required_text(call, 0, "the model");
  const char *members = text_argument(call, 1);
  if (ctx_ok(&call->ctx))
    result_text(call, get_select(&call->ctx, model, members));
}

static void call_save(Call *call) {
  const char *model = required_text(call, 0, "the model");
  if (model) save_json(&call->ctx, model, call->argv[1], call->out);
}

static void call_delete(Call *call) {
  const char *model = required_text(call, 0, "the model");
  if (model) result_int(call, remove_graph(&call->ctx, model, call->argv[1]));
}

/* The parts of the build that differ between builds of one version. */
#ifdef SQLITE_CORE
#define LINKAGE "static"
#else
#define LINKAGE "loadable"
#endif
#ifdef ORM_OMIT_FILES
#define FILE_ACCESS "no files"
#else
#define FILE_ACCESS "files"
#endif

static void call_extension_version(Call *call) {
  result_word(call,
              ORM_VERSION " (SQLite 3.34.0 or newer; built with " SQLITE_VERSION
                          "; " LINKAGE ", " FILE_ACCESS ")");
}

/* In the order of sql/reference.md. */
// clang-format off
static const Function sql_functions[] = {
  {"orm_init",              0, 0, EFFECT_CHANGES, call_init,      {0}},
  {"orm_migrate",           0, 1, EFFECT_CHANGES, call_migrate,   {"timestamp=", "noarchive", "safe", "lint", "verify", "backup=", "progress"}},
  {"orm_revision",          0, 1, EFFECT_CHANGES, call_revision,  {"timestamp=", "empty"}},
  {"orm_upgrade",           0, 1, EFFECT_CHANGES, call_upgrade,   {"timestamp=", "noarchive", "safe", "verify", "backup=", "progress"}},
  {"orm_downgrade",         0, 1, EFFECT_CHANGES, call_downgrade, {"noarchive", "backup=", "progress"}},
  {"orm_goto",              1, 1, EFFECT_CHANGES, call_goto,      {"timestamp=", "noarchive", "backup=", "progress"}},
  {"orm_require",           1, 1, EFFECT_CHANGES, call_require,   {"import=", "timestamp=", "verify", "backup=", "progress"}},
  {"orm_version",           0, 0, EFFECT_READS,   call_version,   {0}},
  {"orm_discard",           0, 0, EFFECT_CHANGES, call_discard,   {0}},
  {"orm_reset",             0, 1, EFFECT_CHANGES, call_reset,     {0}},
  {"orm_stamp",             1, 1, EFFECT_CHANGES, call_stamp,     {"force", "timestamp="}},
  {"orm_purge",             0, 1, EFFECT_CHANGES, call_purge,     {0}},
  {"orm_status",            0, 0, EFFECT_READS,   call_status,    {0}},
  {"orm_declare",           1, 1, EFFECT_CHANGES, call_declare,   {"replace"}},
  {"orm_reflect",           0, 1, EFFECT_CHANGES, call_reflect,   {"relationships", "timestamp="}},
  {"orm_repair",            0, 0, EFFECT_CHANGES, call_repair,    {0}},
  {"orm_models",            0, 0, EFFECT_READS,   call_models,    {0}},
  {"orm_diagram",           1, 2, EFFECT_READS,   call_diagram,   {0}},
  {"orm_sql",               0, 2, EFFECT_READS,   call_sql,       {0}},
  {"orm_export",            1, 1, EFFECT_CHANGES, call_export,    {"portable"}},
  {"orm_import",            1, 1, EFFECT_CHANGES, call_import,    {"timestamp="}},
  {"orm_rebase",            1, 1, EFFECT_CHANGES, call_rebase,    {"ours", "theirs", "timestamp=", "backup="}},
  {"orm_squash",            1, 1, EFFECT_CHANGES, call_squash,    {"schema", "timestamp="}},
  {"orm_rehearse",          0, 1, EFFECT_CHANGES, call_rehearse,  {"copy"}},
  {"orm_backup",            1, 1, EFFECT_CHANGES, call_backup,    {"replace"}},
  {"orm_alter_table",       2, 2, EFFECT_NESTS,   call_alter_table, {"method=", "drop", "dry", "progress"}},
  {"orm_get",               2, 3, EFFECT_READS,   call_get,       {0}},
  {"orm_select",            1, 2, EFFECT_READS,   call_select,    {0}},
  {"orm_save",              2, 2, EFFECT_CHANGES, call_save,      {0}},
  {"orm_delete",            2, 2, EFFECT_CHANGES, call_delete,    {0}},
  {"orm_extension_version", 0, 0, EFFECT_READS,   call_extension_version, {0}},
};
// clang-format on

/* ---- from SQLite to a call ---------------------------------------------- */

typedef struct Binding {
  App *app;
  const Function *function;
} Binding;

/* Checks the number of arguments, the options and the nesting of a call. */
static void check_call(Call *call, const Function *f, int argc) {
  if (argc < f->least || (argc > f->most && f->options[0] == NULL)) {
    const HelpEntry *help = help_find(f->name);
    err_set(&call->ctx, SQLITE_ERROR, "wrong number of arguments; usage: %s",
            help ? help->usage : f->name);
  } else if (f->effect == EFFECT_CHANGES && call->app->running) {
    err_set(&call->ctx, SQLITE_ERROR,
            "not from inside a script that %s() is running",
            call->app->running);
  }
  check_options(call, f);
}

/* Runs a call. A call inside a script shows its progress if the call that runs
** the script has 'progress'. */
static void run_call(Call *call, const Function *f) {
  App *app = call->app;
  const char *outer = app->running;
  bool reports = app->session.progress == NULL && option(call, "progress");
  ProgressBar bar;
  if (reports) {
    progress_bar_start(&bar);
    app->session.progress = &bar.progress;
  }
  if (f->effect == EFFECT_CHANGES) app->running = f->name;
  f->call(call);
  app->running = outer;
  if (reports) {
    progress_bar_stop(&bar);
    app->session.progress = NULL;
  }
}

/* Runs a call of an SQL function. SQLite calls it for all our functions except
** count_row(). */
static void invoke(sqlite3_context *out, int argc, sqlite3_value **argv) {
  Binding *binding = (Binding *)sqlite3_user_data(out);
  const Function *f = binding->function;
  Call call;
  memset(&call, 0, sizeof(call));
  ctx_init(&call.ctx, sqlite3_context_db_handle(out));
  call.app = binding->app;
  call.ctx.session = &binding->app->session;
  call.out = out;
  call.argc = argc < f->most ? argc : f->most;
  call.argv = argv;
  call.noption = argc - call.argc;
  call.options = argv + call.argc;
  check_call(&call, f, argc);
  if (ctx_ok(&call.ctx)) run_call(&call, f);
  if (!ctx_ok(&call.ctx)) result_error(&call, f->name);
  ctx_clear(&call.ctx);
}

/* Gives up a use of the App. The last one frees it. */
static void release_app(App *app) {
  if (--app->references) return;
  get_forget(&app->session);
  sqlite3_free(app);
}

/* Frees the binding of a function. SQLite calls it when the function is
** removed. */
static void release(void *p) {
  Binding *binding = (Binding *)p;
  release_app(binding->app);
  sqlite3_free(binding);
}

/* Counts a row. Our statements that read many rows call it (progress.h). */
static void count_row(sqlite3_context *out, int argc, sqlite3_value **argv) {
  const Binding *binding = (Binding *)sqlite3_user_data(out);
  (void)argc;
  (void)argv;
  Progress *progress = binding->app->session.progress;
  if (progress) progress_count(progress);
  sqlite3_result_int(out, 1);
}

typedef void FunctionCallback(sqlite3_context *, int, sqlite3_value **);

/* Registers one function; returns an SQLite result code. */
static int bind(sqlite3 *db, App *app, const char *name,
                FunctionCallback *callback, const Function *f) {
  Binding *binding = (Binding *)sqlite3_malloc(sizeof(Binding));
  if (binding == NULL) return SQLITE_NOMEM;
  binding->app = app;
  binding->function = f;
  app->references++;
  return sqlite3_create_function_v2(db, name, -1,
                                    SQLITE_UTF8 | SQLITE_DIRECTONLY, binding,
                                    callback, NULL, NULL, release);
}

int functions_register(sqlite3 *db) {
  App *app = (App *)sqlite3_malloc(sizeof(App));
  if (app == NULL) return SQLITE_NOMEM;
  memset(app, 0, sizeof(*app));
  app->references = 1; /* this call's own */
  int rc = bind(db, app, PROGRESS_FUNCTION, count_row, NULL);
  for (size_t i = 0;
       rc == SQLITE_OK && i < sizeof(sql_functions) / sizeof(Function); i++)
    rc = bind(db, app, sql_functions[i].name, invoke, &sql_functions[i]);
  if (rc == SQLITE_OK) rc = render_json_register(db);
  release_app(app);
  return rc;
}
