"""Numbering, journal, codec, snapshot files, recovery, the feed and the Unix sockets it travels on.

It takes any state machine that fits ``state_machine.StateMachine``; the journal is the only truth.

the journal
    ``codec``                commands, events and records to bytes and back; schema versions
    ``frames``, ``segments`` the bytes of a record and of a file; the hash chain
    ``journal``, ``cursor``  the one writer; readers of what is durable
    ``snapshots``            whole states, so that a start need not begin at the first record
    ``recovery``             snapshot and replay, every event compared; ``beside``: a process that reads ahead
    ``inspection``           verify and inspect, from outside
processes
    ``engine_process``       the loop: drain, apply, append, fsync once, publish
    ``link``                 the wire between it and its peers: commands in, the feed out
    ``replica``              follows the feed and writes the snapshots
"""
