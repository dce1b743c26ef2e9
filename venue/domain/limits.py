"""Every limit of the venue, in one place. Limits that a client can hit are told in the Rules of Engagement."""

from typing import Final

# Orders. The product of the first two fits a signed 64-bit integer, so that sums in tick-lots always do.
MAX_PRICE_TICKS: Final = 1_000_000_000
MAX_QUANTITY_LOTS: Final = 9_000_000_000
MAX_CLIENT_ORDER_ID_LENGTH: Final = 36
# A request that matches more resting orders than this has its remainder cancelled: a record has a size.
MAX_MATCHES_PER_REQUEST = 10_000
MAX_SYMBOL_LENGTH = 20
# ExpireTime(126), nanoseconds since 1970 UTC: the first moment of 2262, the last year that 64 bits can tell.
MAX_EXPIRY: Final = 9_214_646_400 * 10**9
# NoAffectedOrders(534) of an OrderMassCancelReport; it does not list more.
MAX_AFFECTED_ORDERS = 100
# What one command does to many orders goes on in further records once there are so many events in its own. The last
# order may add a request's matches to them; all of them fit into MAX_RECORD_BYTES, however long their names.
MAX_EVENTS_PER_COMMAND = 10_000

# State. A closed order stays known to status requests, replaces and duplicate checks until this many
# later ones have closed; ClOrdIDs stay refused for ever (8 bytes each).
MAX_CLOSED_ORDERS = 100_000
# Of an order, this many ClOrdIDs besides its last accepted one stay known; and of requests that found no order,
# the last so many.
MAX_REQUEST_IDS_PER_ORDER = 64
MAX_ORDERLESS_REQUESTS = 10_000
MAX_NAME_LENGTH = 64
MAX_DECIMALS = 18

# Ledger. The largest total of an asset, smallest units: what NUMERIC(38,0) holds.
MAX_AMOUNT: Final = 10**38 - 1
MAX_TRANSFER_ID_LENGTH = 64
MAX_DESTINATION_LENGTH = 128
MAX_REASON_LENGTH = 200
MAX_LEGS_PER_TRANSFER = 100
# Requests that moved funds are known with their content until this many later ones have come; their ids stay refused
# for ever (8 bytes each). Withdrawals under way are known until they are done.
MAX_KNOWN_TRANSFERS = 100_000
# Fee rates, in millionths of the notional, either way: 10 %.
MAX_FEE_RATE: Final = 100_000
MAX_ORDERS_PER_SECOND: Final = 1_000_000

# Engine process.
MAX_BATCH_COMMANDS = 512
# Unfinished work goes on in further records; above this they are committed before it goes on.
MAX_BATCH_BYTES = 4 << 20
MAX_FRAME_BYTES = 1 << 20
FEED_CHUNK_BYTES = 256 * 1024
MAX_PEERS = 64

# Journal.
MAX_RECORD_BYTES = 20 << 20
SEGMENT_BYTES = 64 << 20
SNAPSHOT_EVERY_RECORDS = 100_000
SNAPSHOTS_KEPT = 3

# Messages of one session passed on to its gateway and not yet answered or journalled; above it, the front door reads no
# more from the client. They are what any other client may have to wait behind.
MAX_UNDER_WAY = 128
# A gateway that has nothing to do for a session, and took nothing for so long, has taken all that there was.
QUIET_GATEWAY_MS = 50
# Gateway. Requests handed to the engine and not yet journalled; above it: BusinessMessageReject, 380=4. Not reached
# while the front door keeps each session to its own limit.
MAX_UNACKNOWLEDGED = 100_000
# Reports that wait for their turn to be sent; above it, no more of the feed is taken.
MAX_REPORTS_UNDER_WAY = 100_000
# Away for longer than this, the engine counts as not available: BusinessMessageReject, 380=4.
ENGINE_AWAY_MS = 5_000
# Reports kept of a session until it confirms them, to be sent again after a Logon with ResetSeqNumFlag(141)=Y; a
# gateway that starts looks for them in so many records before the session's position. From half of the first limit
# on, the session is asked by TestRequest, this often at most.
MAX_UNCONFIRMED_REPORTS = 2_000
MAX_UNCONFIRMED_RECORDS = 20_000
CONFIRM_EVERY_SECONDS = 5

# Stored messages that a session may ask for again within a minute; a single larger request is served if it is the only
# one. QuickFIX serves nobody else meanwhile.
MAX_RESENT_MESSAGES_PER_MINUTE = 50_000

# Front door.
MIN_HEARTBEAT_SECONDS = 5
MAX_HEARTBEAT_SECONDS = 60
MAX_CONNECTIONS = 256
MAX_LOGON_BYTES = 4_096
LOGON_TIMEOUT_MS = 5_000
MAX_LOGON_LATENCY_SECONDS = 120
MAX_BODY_BYTES = 8_192
MAX_DISCARDED_BODY_BYTES = 16 << 20
MAX_CLIENT_BACKLOG_BYTES = 16 << 20
# Clients that are kept waiting are looked at again this often at least.
HELD_CLIENTS_EVERY_MS = 2

# Projector. Records are gathered for one transaction until it has written the one before; no more than so many bytes.
MAX_PROJECTED_BATCH_BYTES = 4 << 20
# While the database is away, it is tried again this often at least. One that just starts may take so long.
MAX_PROJECTOR_PAUSE_MS = 1_000
DATABASE_START_SECONDS = 20
# Records that a rebuild adds while it holds up the projector, to put the new tables in the place of the old ones.
MAX_REBUILT_WHILE_HELD = 5_000

# Reconciliation. Every so many seconds, where the settings say nothing else; of so many records not compared before,
# and of so many that were, again. Sums over all transfers are made again after this many times as long as they took.
RECONCILE_EVERY_SECONDS = 5
MAX_RECONCILED_PER_RUN = 50_000
MAX_RECONCILED_AGAIN_PER_RUN = 5_000
TRANSFER_SUMS_PAUSE = 30
# Differences that one run tells.
MAX_DIFFERENCES = 100

# Market data. Depths that a book is told in, in levels of each side, besides all of it; what a checksum covers; the
# last trades that a view and a snapshot keep.
MARKET_DEPTHS: Final = (1, 5, 10, 20, 50)
CHECKSUM_LEVELS: Final = 10
MAX_RECENT_TRADES: Final = 50
# What waits for one reader; above either, its increments are dropped and snapshots are owed instead. A reader may
# subscribe to so many books, tapes, tickers and phases.
MAX_OUTBOX_INCREMENTS: Final = 1_000
MAX_OUTBOX_BYTES: Final = 1 << 20
MAX_SUBSCRIPTIONS: Final = 1_000
# Of each stream that is read, kept for readers that come back; who has missed more gets a snapshot.
MAX_RESUMED_INCREMENTS: Final = 1_000
MAX_RESUMED_BYTES: Final = 1 << 18

# Scheduler. Trading days that ended while it was down are ended at its start, this many of the last ones.
MAX_MISSED_DAYS = 31

# REST sidecar. A body above the first limit is refused unread.
MAX_REST_BODY_BYTES = 64 << 10
MAX_REST_TARGET_BYTES = 4_096
MAX_REST_REQUESTS_UNDER_WAY = 512
MAX_PAGE_SIZE = 500
DEFAULT_PAGE_SIZE = 100
# A request's time may differ from the venue's by so much; its nonce is remembered for as long as that may be.
REQUEST_WINDOW_MS = 30_000
MAX_NONCES_PER_KEY = 300_000
MAX_API_KEYS = 1_000
MAX_IDEMPOTENCY_KEY_LENGTH = 64
IDEMPOTENCY_HOURS = 72
# A change that is not journalled by then is answered 503: sent again with its key, it is done once.
REST_ANSWER_MS = 5_000
MAX_CHANGES_UNDER_WAY = 1_000
# How long a read waits for the position that it asks for.
POSITION_WAIT_MS = 1_000
MAX_DECIMAL_LENGTH = 64
