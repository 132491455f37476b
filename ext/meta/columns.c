#include "meta/columns.h"

/* ---- the columns of each table ------------------------------------------ */

static const MetaColumn model_columns[] = {
    [MODEL_ID] = {"id", 0},
    [MODEL_NAME] = {"name", 0},
    [MODEL_TABLE_NAME] = {"table_name", 0},
    [MODEL_OPTIONS] = {"options", 0},
};
static const MetaColumn column_columns[] = {
    [COLUMN_ID] = {"id", 0},
    [COLUMN_MODEL] = {"model", 0},
    [COLUMN_NAME] = {"name", 0},
    [COLUMN_DEFINITION] = {"definition", META_SPELLS},
    [COLUMN_BACKFILL] = {"backfill", 0},
};
static const MetaColumn constraint_columns[] = {
    [CONSTRAINT_ID] = {"id", 0},
    [CONSTRAINT_MODEL] = {"model", 0},
    [CONSTRAINT_NAME] = {"name", 0},
    [CONSTRAINT_DEFINITION] = {"definition", META_SPELLS},
};
static const MetaColumn relationship_columns[] = {
    [RELATIONSHIP_ID] = {"id", 0},
    [RELATIONSHIP_MODEL] = {"model", 0},
    [RELATIONSHIP_NAME] = {"name", 0},
    [RELATIONSHIP_TARGET] = {"target", 0},
    [RELATIONSHIP_BACKREF] = {"backref", META_OPTION},
    [RELATIONSHIP_FOREIGN_KEY] = {"foreign_key", META_OPTION | META_SPELLS},
    [RELATIONSHIP_SECONDARY] = {"secondary", META_OPTION | META_SPELLS},
    [RELATIONSHIP_REMOTE_SIDE] = {"remote_side", META_OPTION | META_SPELLS},
    [RELATIONSHIP_USELIST] = {"uselist", META_OPTION},
    [RELATIONSHIP_CASCADE] = {"cascade", META_OPTION},
    [RELATIONSHIP_PASSIVE_DELETES] = {"passive_deletes", META_OPTION},
    [RELATIONSHIP_ORDER_BY] = {"order_by", META_OPTION | META_SPELLS},
    [RELATIONSHIP_PRIMARYJOIN] = {"primaryjoin", META_OPTION | META_SPELLS},
    [RELATIONSHIP_VIEWONLY] = {"viewonly", META_OPTION},
};
static const MetaColumn object_columns[] = {
    [OBJECT_ID] = {"id", 0},
    [OBJECT_TYPE] = {"type", 0},
    [OBJECT_NAME] = {"name", 0},
    [OBJECT_SQL] = {"sql", META_SPELLS},
};
static const MetaColumn generated_columns[] = {
    [VIEW_ID] = {"id", 0},
    [VIEW_SQL] = {"sql", 0},
};

/* ---- the tables --------------------------------------------------------- */

#define META_COLUMNS(list) \
  .columns = (list), .count = (int)(sizeof(list) / sizeof((list)[0]))

static const MetaTable meta_tables[META_KINDS] = {
    [META_MODEL] = {.name = "model",
                    META_COLUMNS(model_columns),
                    .label = MODEL_NAME},
    [META_COLUMN] = {.name = "column",
                     META_COLUMNS(column_columns),
                     .label = COLUMN_NAME,
                     .bare = COLUMN_DEFINITION,
                     .models = {COLUMN_MODEL}},
    [META_CONSTRAINT] = {.name = "constraint",
                         META_COLUMNS(constraint_columns),
                         .label = CONSTRAINT_NAME,
                         .content = CONSTRAINT_DEFINITION,
                         .bare = CONSTRAINT_DEFINITION,
                         .models = {CONSTRAINT_MODEL}},
    [META_RELATIONSHIP] = {.name = "relationship",
                           META_COLUMNS(relationship_columns),
                           .label = RELATIONSHIP_NAME,
                           .models = {RELATIONSHIP_MODEL, RELATIONSHIP_TARGET}},
    [META_OBJECT] = {.name = "object",
                     META_COLUMNS(object_columns),
                     .label = OBJECT_NAME,
                     .content = OBJECT_SQL},
    [META_VIEW] = {.name = "view",
                   META_COLUMNS(generated_columns),
                   .content = VIEW_SQL},
};

const MetaTable *columns_of(MetaKind kind) {
  return &meta_tables[kind];
}
