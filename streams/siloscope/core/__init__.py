"""The core: timelines, folds, timers and alerts. No I/O, no clock: time is an argument."""
