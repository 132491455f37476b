/*
** model_script: the declarations as a script, for orm_models().
*/
#ifndef ORM_MODEL_SCRIPT_H
#define ORM_MODEL_SCRIPT_H

#include "base/context.h"

/* Returns the declarations as a script for orm_declare(), "" if there are none.
** On an empty database this script gives the same rows, ids aside, and the same
** schema. */
char *model_script(Ctx *ctx);

#endif
