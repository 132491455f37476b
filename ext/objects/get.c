#include "objects/get.h"

#include "objects/graph_sql.h"
#include "objects/objkey.h"
#include "objects/render_json.h"

struct GetPlan {
  Ctx ctx; /* owns all memory of the plan */
  const char *model, *members;
  const Class *of;
  GraphQuery query; /* its select has no WHERE */
  RenderRest rest;
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
  return s ? graph_sql_query(ctx, s, GRAPH_PLAIN).select : NULL;
}

static void read_plan(GetPlan *plan, const char *model, const char *members) {
  Ctx *ctx = &plan->ctx;
  plan->model = mem_text(ctx, model, -1);
  if (members && ctx_ok(ctx)) plan->members = mem_text(ctx, members, -1);
  const Selection *s =
      read_selection(ctx, plan->model, plan->members, &plan->of);
  if (s) plan->query = graph_sql_query(ctx, s, GRAPH_EXACT);
  plan->rest = render_json_rest(ctx, plan->query.rest, plan->query.nrest);
}

GetPlan *get_plan(Ctx *ctx, const char *model, const char *members) {
  if (!ctx_ok(ctx)) return NULL;
  GetPlan *plan = (GetPlan *)sqlite3_malloc(sizeof(GetPlan));
  if (plan == NULL) {
    err_nomem(ctx);
    return NULL;
  }
  memset(plan, 0, sizeof(*plan));
  ctx_share(&plan->ctx, ctx);
  read_plan(plan, model, members);
  if (ctx_ok(&plan->ctx)) return plan;
  err_set(ctx, plan->ctx.rc, "%s", plan->ctx.msg ? plan->ctx.msg : "error");
  get_free(plan);
  return NULL;
}

void get_free(void *p) {
  GetPlan *plan = (GetPlan *)p;
  db_finish(plan->stmt);
  render_json_end_rest(&plan->rest);
  ctx_clear(&plan->ctx);
  sqlite3_free(plan);
}

/* Returns true if the value is this text; both may be NULL. */
static bool is_text(const char *text, sqlite3_value *value) {
  const char *z = value ? (const char *)sqlite3_value_text(value) : NULL;
  return z == NULL ? text == NULL : text && strcmp(text, z) == 0;
}

bool get_serves(const GetPlan *plan, sqlite3_value *model,
                sqlite3_value *members) {
  return is_text(plan->model, model) && is_text(plan->members, members);
}

/* Prepares the statement for a key of these columns. */
static void prepare_for(Ctx *ctx, GetPlan *plan, const ObjectKey *key) {
  db_finish(plan->stmt);
  plan->stmt = db_prepare(ctx, "%s WHERE %s", plan->query.select,
                          objkey_where(ctx, key));
  if (ctx->rc == SQLITE_ERROR)
    err_prefix(ctx, "model \"%s\" (has it been migrated?)", plan->of->name);
  size_t size = sizeof(int) * (size_t)key->count;
  plan->columns = (int *)mem_new(&plan->ctx, size);
  plan->count = plan->columns && ctx_ok(ctx) ? key->count : 0;
  if (plan->count) memcpy(plan->columns, key->columns, size);
}

/* Runs the statement, and passes its value on. */
static void run_get(Ctx *ctx, GetPlan *plan, sqlite3_context *out) {
  bool found = db_row(ctx, plan->stmt);
  if (found) sqlite3_result_value(out, sqlite3_column_value(plan->stmt, 0));
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
  if (ctx_ok(ctx)) render_json_bind_rest(plan->stmt, &plan->rest);
  if (ctx_ok(ctx)) run_get(ctx, plan, out);
}
