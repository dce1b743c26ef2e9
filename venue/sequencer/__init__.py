"""Numbering, journal, codec, snapshot files, recovery, the feed and the Unix sockets it travels on.

It takes any state machine that fits ``state_machine.StateMachine``; the journal is the only truth.
"""
