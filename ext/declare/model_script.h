/*
** model_script: writes the declarations as a script, for orm_models().
*/
#ifndef ORM_MODEL_SCRIPT_H
#define ORM_MODEL_SCRIPT_H

#include "base/context.h"

/* Returns the declarations as a script for orm_declare(), "" if there are none.
** Declared on an empty database, this script gives the same schema and the same
** rows, except for their ids. */
char *model_script(Ctx *ctx);

#endif
