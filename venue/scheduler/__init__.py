"""The clock of the venue: a process that follows the feed and turns times into commands.

``plan``        when the trading day ends and phases begin, by APScheduler's cron triggers
``duties``      what the journal and the plan say is due at a given moment; it never asks for the time
``memory``      what was learned from the journal, kept in a file, so that a restart need not read all of it
``process``     follows the feed, is woken by APScheduler, sends what is due in the priority lane

What is due is decided by the journal alone, so any restart, wherever it comes, goes on: a day that was ended is not
ended again, and what fell due while nobody looked is made up for. A GTD order or a halt whose time has come needs no
command where another one came since, as the engine does what is due before every command; else PassTime says so.

A phase begins at its time unless somebody set the instrument's phase since: the last word counts. A halt that an
operator ordered stays until an operator ends it.
"""

from venue.scheduler.plan import PhaseTime, Plan

__all__ = ["PhaseTime", "Plan"]
