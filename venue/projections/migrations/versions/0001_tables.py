"""The tables as of the first release, their triggers, and what the roles may do with them."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE position (
    id INTEGER NOT NULL CONSTRAINT position_one_row CHECK (id = 1),
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    ledger_open BOOLEAN NOT NULL,
    withdrawals_blocked BOOLEAN NOT NULL,
    CONSTRAINT position_pkey PRIMARY KEY (id)
);
CREATE TABLE events (
    day DATE NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    event_kinds TEXT[] NOT NULL,
    payload BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (sequence, day)
) PARTITION BY RANGE (day);
CREATE TABLE transfers (
    sequence BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount NUMERIC(38, 0) NOT NULL,
    debit_owner TEXT NOT NULL,
    debit_bucket TEXT NOT NULL,
    credit_owner TEXT NOT NULL,
    credit_bucket TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    transfer_id TEXT NOT NULL,
    CONSTRAINT transfers_pkey PRIMARY KEY (sequence, number),
    CONSTRAINT transfers_amount_above_zero CHECK (amount > 0),
    CONSTRAINT transfers_two_accounts CHECK ((debit_owner, debit_bucket) <> (credit_owner, credit_bucket)),
    CONSTRAINT transfers_kind_known
        CHECK (kind IN ('hold', 'release', 'trade', 'fee', 'rebate', 'credit', 'credit assigned', 'reversal',
            'withdrawal requested', 'withdrawal settled', 'withdrawal released', 'transfer'))
);
CREATE INDEX transfers_credit_owner_sequence_number ON transfers (credit_owner, sequence, number);
CREATE INDEX transfers_debit_owner_sequence_number ON transfers (debit_owner, sequence, number);
CREATE INDEX transfers_transfer_id ON transfers (transfer_id) WHERE transfer_id != '';
CREATE TABLE balances (
    owner TEXT NOT NULL,
    asset TEXT NOT NULL,
    bucket TEXT NOT NULL,
    balance NUMERIC(38, 0) NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT balances_pkey PRIMARY KEY (owner, asset, bucket),
    CONSTRAINT balances_bucket_known
        CHECK (bucket IN ('available', 'held', 'pending', 'fees', 'suspense', 'settlement', 'custody')),
    CONSTRAINT balances_sign
        CHECK (CASE bucket WHEN 'custody' THEN balance <= 0 WHEN 'fees' THEN true ELSE balance >= 0 END),
    CONSTRAINT balances_owner_of_bucket CHECK ((owner = '') = (bucket NOT IN ('available', 'held', 'pending')))
);
CREATE TABLE orders (
    order_id BIGINT NOT NULL,
    session TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    order_type TEXT NOT NULL,
    time_in_force TEXT NOT NULL,
    price BIGINT,
    quantity BIGINT NOT NULL,
    cum_quantity BIGINT NOT NULL,
    leaves_quantity BIGINT NOT NULL,
    notional BIGINT NOT NULL,
    status TEXT NOT NULL,
    held NUMERIC(38, 0) NOT NULL,
    reason TEXT NOT NULL,
    terms JSONB,
    placed_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (order_id),
    CONSTRAINT orders_quantities CHECK (quantity >= 0 AND cum_quantity BETWEEN 0 AND quantity),
    CONSTRAINT orders_leaves CHECK (leaves_quantity IN (0, quantity - cum_quantity)),
    CONSTRAINT orders_notional_not_below_zero CHECK (notional >= 0),
    CONSTRAINT orders_closed_holds_nothing CHECK (leaves_quantity > 0 OR held = 0),
    CONSTRAINT orders_side_known CHECK (side IN ('buy', 'sell')),
    CONSTRAINT orders_order_type_known CHECK (order_type IN ('market', 'limit', 'stop', 'stop_limit')),
    CONSTRAINT orders_time_in_force_known CHECK (time_in_force IN ('day', 'gtc', 'ioc', 'fok', 'gtd')),
    CONSTRAINT orders_status_known
        CHECK (status IN ('new', 'partially_filled', 'filled', 'done_for_day', 'canceled', 'rejected', 'expired'))
);
CREATE INDEX orders_account_order_id ON orders (account, order_id);
CREATE TABLE executions (
    sequence BIGINT NOT NULL,
    number INTEGER NOT NULL,
    exec_id TEXT NOT NULL,
    match_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    client_order_id TEXT NOT NULL,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    price BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    amount NUMERIC(38, 0) NOT NULL,
    fee NUMERIC(38, 0) NOT NULL,
    liquidity TEXT NOT NULL,
    CONSTRAINT executions_pkey PRIMARY KEY (sequence, number),
    CONSTRAINT executions_above_zero CHECK (price > 0 AND quantity > 0 AND amount > 0),
    CONSTRAINT executions_side_known CHECK (side IN ('buy', 'sell')),
    CONSTRAINT executions_liquidity_known CHECK (liquidity IN ('maker', 'taker', 'auction'))
);
CREATE INDEX executions_account_sequence_number ON executions (account, sequence, number);
CREATE INDEX executions_order_id ON executions (order_id);
CREATE TABLE deposits (
    transfer_id TEXT NOT NULL,
    account TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount NUMERIC(38, 0) NOT NULL,
    state TEXT NOT NULL,
    effective_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    first_sequence BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT deposits_pkey PRIMARY KEY (transfer_id),
    CONSTRAINT deposits_amount_above_zero CHECK (amount > 0),
    CONSTRAINT deposits_state_known CHECK (state IN ('credited', 'unassigned', 'reversed'))
);
CREATE INDEX deposits_account_first_sequence ON deposits (account, first_sequence);
CREATE TABLE withdrawals (
    transfer_id TEXT NOT NULL,
    account TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount NUMERIC(38, 0) NOT NULL,
    settled NUMERIC(38, 0) NOT NULL,
    destination TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    first_sequence BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT withdrawals_pkey PRIMARY KEY (transfer_id),
    CONSTRAINT withdrawals_amounts CHECK (amount > 0 AND settled BETWEEN 0 AND amount),
    CONSTRAINT withdrawals_state_known CHECK (state IN ('pending', 'settled', 'released'))
);
CREATE INDEX withdrawals_account_first_sequence ON withdrawals (account, first_sequence);
CREATE TABLE assets (
    symbol TEXT NOT NULL,
    decimals INTEGER NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT assets_pkey PRIMARY KEY (symbol),
    CONSTRAINT assets_decimals_not_below_zero CHECK (decimals >= 0)
);
CREATE TABLE instruments (
    symbol TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    tick_size NUMERIC(38, 0) NOT NULL,
    lot_size NUMERIC(38, 0) NOT NULL,
    phase TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT instruments_pkey PRIMARY KEY (symbol),
    CONSTRAINT instruments_sizes_above_zero CHECK (tick_size > 0 AND lot_size > 0),
    CONSTRAINT instruments_phase_known CHECK (phase IN ('halted', 'open', 'closed', 'pre_open'))
);
CREATE TABLE firms (
    name TEXT NOT NULL,
    tier TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT firms_pkey PRIMARY KEY (name)
);
CREATE TABLE accounts (
    name TEXT NOT NULL,
    firm TEXT NOT NULL,
    state TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (name),
    CONSTRAINT accounts_state_known CHECK (state IN ('active', 'suspended'))
);
CREATE INDEX accounts_firm ON accounts (firm);
CREATE TABLE sessions (
    name TEXT NOT NULL,
    firm TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (name)
);
CREATE TABLE alarms (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount NUMERIC(39, 0),
    sequence BIGINT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT alarms_pkey PRIMARY KEY (number)
);
"""

# By statement, so that a change of no rows is refused too. Partitions of events get theirs as they are made.
_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused; `venue rebuild` makes all tables anew', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Roles are of the whole server, so another schema, or another venue's database, may have made them.
_ROLES = """
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['venue_projector', 'venue_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
        EXECUTE format('GRANT %I TO CURRENT_USER', role);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), role);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), role);
    END LOOP;
END $$;
GRANT INSERT ON events, transfers, executions, alarms TO venue_projector;
GRANT INSERT, UPDATE ON position, balances, orders, deposits, withdrawals TO venue_projector;
GRANT INSERT, UPDATE ON assets, instruments, firms, accounts, sessions TO venue_projector;
"""

_NOTHING_YET = "INSERT INTO position VALUES (1, 0, sha256('venue journal, before the first record'), 0, false, false)"


def upgrade() -> None:
    for statements in (_TABLES, _REFUSE, _ROLES, _NOTHING_YET):
        op.execute(statements)
