/*
** progress_bar: shows the progress of a call on stderr (the option 'progress'):
** as a bar that is redrawn if stderr is a terminal, otherwise as a line from
** time to time.
*/
#ifndef ORM_PROGRESS_BAR_H
#define ORM_PROGRESS_BAR_H

#include "base/progress.h"

/* A progress that is shown. */
typedef struct ProgressBar {
  Progress progress; /* first: its callback finds the rest behind it */
  bool terminal;     /* stderr is a terminal */
  double began;      /* when the part began, in seconds of a steady clock */
  double shown;      /* when it was last shown, likewise */
} ProgressBar;

/* Prepares the bar. Nothing is shown before the first part begins. */
void progress_bar_start(ProgressBar *bar);

/* Removes the bar from the terminal. */
void progress_bar_stop(const ProgressBar *bar);

#endif
