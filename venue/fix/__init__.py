"""The FIX edge. It translates and nothing more: FIX fields to commands, events to reports.

``dialect``      what brokers may say and what they are told: the one declarative place
``dictionary``   writes the QuickFIX dictionary and the Rules of Engagement from it
``wire``         framing of FIX on a byte stream; building messages as text
``front``        the door: a process that lets only whole, sized messages of known parties through to QuickFIX
``requests``     D, F, G, H to commands, or to the standard's refusal
``reports``      records of the feed to 8 and 9
``positions``    which report a session got last, so that a restarted gateway goes on from there
``gateway``      a process with one QuickFIX acceptor: order entry or drop copy

The front exists because QuickFIX resets a session's numbers before it can refuse a logon, waits for the
first message of one connection while all others stand still, and buffers what it reads without limit.
"""
