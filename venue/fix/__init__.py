"""The FIX edge. It translates and nothing more: FIX fields to commands, events to reports.

what may be said
    ``dialect``              what brokers may say and what they are told, in each version of FIX: the one declarative
                             place, with its data in ``dialect_fields``, ``dialect_fix42``, ``dialect_messages``
    ``dictionary``           writes the QuickFIX dictionaries, ``rules_of_engagement`` the pages for brokers, from it
on the way in
    ``front``                the door: a process that lets only whole, sized messages of known parties through
    ``logon``                a Logon, looked at before QuickFIX sees it
    ``screening``            what QuickFIX cannot take, found before it does
    ``progress``             how much a client has under way, told by its gateway to the front
    ``wire``                 framing of FIX on a byte stream
    ``application``          what QuickFIX calls back
    ``requests``             D, F, G, H, q, AF to commands, or to the standard's refusal
    ``terms``                of D and G, the fields that an ordinary order does not have
    ``resend_budget``        how much one session may ask for again
    ``handover``             requests on their way to the engine, until they are journalled
on the way out
    ``gateway``              a process, order entry or drop copy: one thread serves clients and follows the feed
    ``acceptor``             QuickFIX's acceptor, without a thread of its own
    ``descriptors``          the process's own sockets
    ``reports``              records of the feed to 8, 9 and r, in FIX 4.4
    ``groups``               hands QuickFIX a repeating group as one
    ``translation``          what the venue says, in another version of FIX
    ``outbox``               reports that wait to be sent, each session in its turn
    ``sessions``             what a gateway keeps of each counterparty, and how a report gets into its session, once
    ``positions``            which report a session got last, so that a restarted gateway goes on from there
    ``unconfirmed``          reports that come again after a Logon that resets the session
both ways
    ``words``                the small files that ``progress`` and ``positions`` keep

The front exists because QuickFIX resets a session's numbers before it can refuse a logon, waits for the
first message of one connection while all others stand still, and buffers what it reads without limit.
"""
