#include "objects/get.h"

#include "objects/graph_sql.h"
#include "objects/objkey.h"

struct GetPlan {
  Ctx ctx;              /* owns all memory of the plan */
  struct GetPlan *next; /* in the session */
  unsigned stamp;       /* of the database when the declarations were read */
  bool lasting;         /* no transaction of the caller was open then */
  const char *model, *members;
  const Class *of;
  const char *select; /* without WHERE */
  sqlite3_stmt *stmt; /* the select for keys of these columns, or NULL */
  int *columns;
  int count;
};

/* Returns the members that a text lists, and sets *of to the class. */
static const Selection *read_selection(Ctx *ctx, const char *model,
                                       const char *members, const Class **of) {
  Classes *classes = classes_new(ctx);
  *of = classes ? classes_find(classes, model) : NULL;
  return *of ? selection_parse(classes, *of, members) : NULL;
}

const char *get_select(Ctx *ctx, const char *model, const char *members) {
  const Class *of = NULL;
  const Selection *s = read_selection(ctx, model, members, &of);
  return s ? graph_sql(ctx, s, GRAPH_PLAIN) : NULL;
}

static void read_plan(GetPlan *plan, const char *model, const char *members) {
  Ctx *ctx = &plan->ctx;
  plan->model = mem_text(ctx, model, -1);
  if (members && ctx_ok(ctx)) plan->members = mem_text(ctx, members, -1);
  const Selection *s =
      read_selection(ctx, plan->model, plan->members, &plan->of);
  if (s) plan->select = graph_sql(ctx, s, GRAPH_EXACT);
  if (ctx_ok(ctx))
    plan->columns =
        (int *)mem_new(ctx, sizeof(int) * (size_t)plan->of->table->ncolumn);
}

static void plan_free(GetPlan *plan) {
  ctx_clear(&plan->ctx);
  sqlite3_free(plan);
}

/* Returns a new plan. */
static GetPlan *new_plan(Ctx *ctx, const char *model, const char *members) {
  GetPlan *plan = (GetPlan *)sqlite3_malloc(sizeof(GetPlan));
  if (plan == NULL) {
    err_nomem(ctx);
    return NULL;
  }
  memset(plan, 0, sizeof(*plan));
  ctx_share(&plan->ctx, ctx);
  read_plan(plan, model, members);
  if (ctx_ok(&plan->ctx)) return plan;
  if (plan->ctx.rc == SQLITE_NOMEM)
    err_nomem(ctx);
  else
    err_set(ctx, plan->ctx.rc, "%s", plan->ctx.msg);
  plan_free(plan);
  return NULL;
}

/* ---- plans of the session ----------------------------------------------- */

/* Returns a number that changes with each transaction that changes the
** database, of this connection or of another one. Reading a row makes SQLite
** notice those of others. */
static unsigned database_stamp(Ctx *ctx) {
  unsigned stamp = 0;
  db_int(ctx, "SELECT 1 FROM \"main\".sqlite_schema LIMIT 1");
  if (ctx_ok(ctx))
    sqlite3_file_control(ctx->db, "main", SQLITE_FCNTL_DATA_VERSION, &stamp);
  return stamp;
}

static bool equal_texts(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Takes the plan out of the session; returns NULL if there is none. */
static GetPlan *take_plan(Session *session, const char *model,
                          const char *members) {
  GetPlan **at = &session->plans;
  while (*at && (!equal_texts((*at)->model, model) ||
                 !equal_texts((*at)->members, members)))
    at = &(*at)->next;
  GetPlan *plan = *at;
  if (plan) *at = plan->next;
  return plan;
}

GetPlan *get_plan(Ctx *ctx, const char *model, const char *members) {
  unsigned stamp = ctx_ok(ctx) ? database_stamp(ctx) : 0;
  bool lasting = sqlite3_get_autocommit(ctx->db) != 0;
  if (!ctx_ok(ctx)) return NULL;
  GetPlan *plan = take_plan(ctx->session, model, members);
  if (plan && lasting && plan->lasting && plan->stamp == stamp) return plan;
  if (plan) plan_free(plan);
  plan = new_plan(ctx, model, members);
  if (plan) plan->stamp = stamp;
  if (plan) plan->lasting = lasting;
  return plan;
}

void get_end(void *p) {
  GetPlan *plan = (GetPlan *)p;
  Session *session = plan->ctx.session;
  db_finish(plan->stmt);
  plan->stmt = NULL;
  plan->count = 0;
  plan->next = session->plans;
  session->plans = plan;
  for (int i = 1; plan && i < GET_PLANS; i++) plan = plan->next;
  while (plan && plan->next) {
    GetPlan *oldest = plan->next;
    plan->next = oldest->next;
    plan_free(oldest);
  }
}

void get_forget(Session *session) {
  while (session->plans) {
    GetPlan *plan = session->plans;
    session->plans = plan->next;
    plan_free(plan);
  }
}

/* ---- objects ------------------------------------------------------------ */

/* Returns true if the value is this text; both may be NULL. */
static bool is_text(const char *text, sqlite3_value *value) {
  const char *z = value ? (const char *)sqlite3_value_text(value) : NULL;
  return z == NULL ? text == NULL : text && strcmp(text, z) == 0;
}

bool get_serves(const GetPlan *plan, sqlite3_value *model,
                sqlite3_value *members) {
  return is_text(plan->model, model) && is_text(plan->members, members);
}

/* Adds the probable cause to an error of SQLite for the SELECT of the plan. A
** limit of SQLite is met by a deep list: "Expression tree is too large". */
static void add_cause(Ctx *ctx, const GetPlan *plan) {
  if (ctx->rc != SQLITE_ERROR || ctx->msg == NULL) return;
  if (strncmp(ctx->msg, "no such ", 8) == 0)
    err_prefix(ctx, "model \"%s\" (has it been migrated?)", plan->of->name);
  else
    err_prefix(ctx, "the list of members is too deep for this SQLite");
}

/* Prepares the statement for a key of these columns. */
static void prepare_for(Ctx *ctx, GetPlan *plan, const ObjectKey *key) {
  db_finish(plan->stmt);
  plan->stmt =
      db_prepare(ctx, "%s WHERE %s", plan->select, objkey_where(ctx, key));
  add_cause(ctx, plan);
  plan->count = ctx_ok(ctx) ? key->count : 0;
  memcpy(plan->columns, key->columns, sizeof(int) * (size_t)plan->count);
}

/* Runs the statement, and passes its value on. */
static void run_get(Ctx *ctx, GetPlan *plan, sqlite3_context *out) {
  bool found = db_row(ctx, plan->stmt);
  if (found) sqlite3_result_value(out, sqlite3_column_value(plan->stmt, 0));
  if (found && plan->of->view && db_row(ctx, plan->stmt))
    err_set(ctx, SQLITE_ERROR, "view \"%s\" has several rows with this key",
            plan->of->name);
  sqlite3_reset(plan->stmt);
  sqlite3_clear_bindings(plan->stmt);
}

void get_object(Ctx *ctx, GetPlan *plan, sqlite3_value *key,
                sqlite3_context *out) {
  ObjectKey k = objkey_read(ctx, plan->of, key);
  if (!ctx_ok(ctx) || objkey_has_null(&k)) return;
  if (!objkey_same_columns(&k, plan->columns, plan->count))
    prepare_for(ctx, plan, &k);
  objkey_bind(ctx, &k, plan->stmt);
  if (ctx_ok(ctx)) run_get(ctx, plan, out);
}
