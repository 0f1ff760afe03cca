-- The lake's tables. Times are naive UTC, ids are UUIDs, durations are whole seconds; there is no free text.
create table cursor (position bigint, models varchar);

create table event (
    position bigint,
    event_id uuid,
    ticket_id uuid,
    ticket_version integer,
    kind varchar,
    schema_version smallint,
    occurred_at timestamp,
    recorded_at timestamp,
    actor_id uuid,
    actor_kind varchar,
    actor_role varchar,
    source varchar,
    command_id uuid,
    correlation_id uuid,
    cause_id uuid,
    payload varchar,
    -- what the models read, lifted out of the payload
    number bigint,
    queue_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    agent_id uuid,
    requester_id uuid,
    organisation_id uuid,
    channel varchar,
    language varchar,
    tags varchar[],
    added varchar[],
    removed varchar[],
    history_complete boolean,
    message_id uuid,
    direction varchar,
    visibility varchar,
    author_kind varchar,
    is_first boolean,
    is_auto boolean,
    chars integer,
    person_id uuid,
    awaiting_reply_since varchar
);

create table ticket (
    ticket_id uuid,
    number bigint,
    created_at timestamp,
    queue_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    agent_id uuid,
    requester_id uuid,
    organisation_id uuid,
    channel varchar,
    language varchar,
    created_queue_id uuid,
    created_priority integer,
    created_agent_id uuid,
    created_organisation_id uuid,
    created_by_kind varchar,
    tags varchar[],
    first_replied_at timestamp,
    first_reply_agent_id uuid,
    first_reply_queue_id uuid,
    first_reply_priority integer,
    first_reply_state_id uuid,
    first_reply_category varchar,
    first_reply_seconds bigint,
    first_solved_at timestamp,
    first_resolution_seconds bigint,
    last_solved_at timestamp,
    last_solved_agent_id uuid,
    last_solved_queue_id uuid,
    last_solved_priority integer,
    last_solved_state_id uuid,
    last_solved_category varchar,
    full_resolution_seconds bigint,
    solve_count integer,
    reopen_count integer,
    agent_reply_count integer,
    customer_message_count integer,
    history_complete boolean,
    ticket_version integer,
    last_event_at timestamp,
    -- who has to do with it: rights may be granted to them
    creator_id uuid,
    involved_ids uuid[],
    watcher_ids uuid[]
);

create table ticket_interval (
    ticket_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    state_id uuid,
    category varchar,
    before_category varchar,
    queue_id uuid,
    agent_id uuid,
    priority integer,
    organisation_id uuid,
    channel varchar,
    requester_id uuid,
    awaiting_reply boolean,
    is_visit_start boolean,
    visit integer,
    visit_since timestamp,
    is_visit_end boolean,
    actor_id uuid
);

create table message (
    ticket_id uuid,
    message_id uuid,
    occurred_at timestamp,
    direction varchar,
    visibility varchar,
    author_kind varchar,
    author_id uuid,
    channel varchar,
    is_first boolean,
    is_auto boolean,
    is_agent_reply boolean,
    chars integer,
    queue_id uuid,
    owner_id uuid,
    priority integer,
    organisation_id uuid
);

create table queue_delta (
    ticket_id uuid,
    occurred_at timestamp,
    delta integer,
    n integer,
    queue_id uuid,
    agent_id uuid,
    priority integer,
    organisation_id uuid,
    channel varchar,
    state_id uuid,
    category varchar,
    awaiting_reply boolean
);

create table directory (
    kind varchar,
    id uuid,
    name varchar,
    parent_id uuid,
    detail varchar
);

-- Each version of each calendar (analytics/business_time.py): from `edge_at` on it is open or not, after so much open time.
create table calendar_breakpoint (
    calendar_id uuid,
    version integer,
    edge_at timestamp,
    open_seconds bigint,
    is_open boolean
);
