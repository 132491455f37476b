/*
** progress_bar: shows the progress of a call on stderr (the option 'progress').
** If stderr is a terminal, it redraws a bar in place. Otherwise it writes a
** line from time to time.
*/
#ifndef ORM_PROGRESS_BAR_H
#define ORM_PROGRESS_BAR_H

#include "base/progress.h"

/* A Progress with the state of its display. */
typedef struct ProgressBar {
  Progress progress; /* must be first: its callback casts it to ProgressBar */
  bool terminal;     /* stderr is a terminal */
  double began;      /* when the part began, in seconds of a steady clock */
  double shown;      /* when the bar was last drawn, on the same clock */
} ProgressBar;

/* Prepares the bar. Nothing is shown before the first part begins. */
void progress_bar_start(ProgressBar *bar);

/* Removes the bar from the terminal. */
void progress_bar_stop(const ProgressBar *bar);

#endif
