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
    awaiting_reply_since varchar,
    score integer,
    made_from varchar,
    edited double
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
    watcher_ids uuid[],
    last_solved_actor_kind varchar,
    last_solved_reply_count integer,
    -- of what is over of its unsolved life
    work_seconds bigint,
    pending_seconds bigint,
    hold_seconds bigint,
    requester_wait_seconds bigint,
    unassigned_seconds bigint
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
    actor_id uuid,
    actor_kind varchar,
    created_at timestamp,
    worked_at timestamp,
    agent_reply_count integer,
    solve_count integer,
    reopen_count integer,
    reopened_at timestamp,
    owner_spell integer,
    queue_spell integer,
    stands integer,
    changes_in integer,
    changes_out integer
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
    organisation_id uuid,
    state_id uuid,
    category varchar,
    is_contact boolean,
    reply_number integer,
    waited_since timestamp,
    waited_seconds bigint,
    made_from varchar,
    edited double
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
    awaiting_reply boolean,
    stands integer,
    changes integer
);

create table turn (
    ticket_id uuid,
    n integer,
    started_at timestamp,
    answered_at timestamp,
    void_at timestamp,
    responder_id uuid,
    wait_seconds bigint,
    queue_id uuid,
    owner_id uuid,
    priority integer,
    answer_version integer
);

create table ownership_spell (
    ticket_id uuid,
    side varchar,
    n integer,
    since timestamp,
    until timestamp,
    holder_id uuid,
    before_id uuid,
    is_return boolean,
    created_at timestamp,
    replied_at timestamp,
    work_seconds bigint,
    pending_seconds bigint,
    hold_seconds bigint,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table agent_activity (
    ticket_id uuid,
    ticket_version integer,
    occurred_at timestamp,
    agent_id uuid,
    owner_id uuid,
    queue_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar,
    is_bulk boolean
);

create table survey (
    ticket_id uuid,
    n integer,
    question varchar,
    since timestamp,
    until timestamp,
    score integer,
    before_score integer,
    is_content boolean,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table time_entry (
    ticket_id uuid,
    n integer,
    entry_id uuid,
    since timestamp,
    until timestamp,
    person_id uuid,
    activity_id uuid,
    minutes integer,
    is_billable boolean,
    worked_at timestamp,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table process_edge (
    ticket_id uuid,
    activity varchar,
    n integer,
    occurred_at timestamp,
    source_id uuid,
    target_id uuid,
    since timestamp,
    left_at timestamp,
    seconds bigint,
    actor_id uuid,
    actor_kind varchar,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table solve (
    ticket_id uuid,
    n integer,
    since timestamp,
    before_category varchar,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar,
    requester_id uuid,
    actor_id uuid,
    actor_kind varchar,
    created_by_kind varchar,
    created_at timestamp,
    worked_at timestamp,
    agent_reply_count integer,
    solve_count integer,
    reopen_count integer,
    reopened_at timestamp,
    is_standing boolean,
    back_at timestamp,
    reopened_again_at timestamp,
    is_raised boolean,
    work_seconds bigint,
    pending_seconds bigint,
    hold_seconds bigint,
    requester_wait_seconds bigint,
    unassigned_seconds bigint,
    unsolved_seconds bigint,
    touch_count integer,
    owner_count integer,
    routed_queue_id uuid,
    replier_count integer,
    channel_count integer,
    wait_count integer,
    wait_seconds bigint,
    longest_wait_seconds bigint,
    hand_ids uuid[],
    hand_shares double[]
);

create table unsolved_span (
    ticket_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    hours integer,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar,
    created_at timestamp,
    reopened_at timestamp,
    awaiting_reply boolean,
    waiting_since timestamp,
    silent_since timestamp,
    is_replied boolean
);

create table visit (
    ticket_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    solve_count integer,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table pause (
    ticket_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    visit_since timestamp,
    is_visit_end boolean,
    contested_since timestamp,
    contested_seconds bigint,
    queue_id uuid,
    -- who set the ticket to pending
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table sla_segment (
    ticket_id uuid,
    clock_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    target varchar,
    metric varchar,
    cycle integer,
    state varchar,
    reason varchar,
    policy_id uuid,
    policy_version integer,
    basis varchar,
    calendar_id uuid,
    calendar_version integer,
    target_seconds bigint,
    started_at timestamp,
    counted_at timestamp,
    due_at timestamp,
    stopped_at timestamp,
    is_born_breached boolean,
    elapsed_business_seconds bigint,
    elapsed_calendar_seconds bigint,
    is_due_by_hand boolean,
    derived_due_at timestamp
);

create table sla_clock (
    ticket_id uuid,
    clock_id uuid,
    target varchar,
    metric varchar,
    cycle integer,
    state varchar,
    reason varchar,
    policy_id uuid,
    policy_version integer,
    basis varchar,
    calendar_id uuid,
    calendar_version integer,
    target_seconds bigint,
    started_at timestamp,
    due_at timestamp,
    stopped_at timestamp,
    is_born_breached boolean,
    elapsed_business_seconds bigint,
    elapsed_calendar_seconds bigint,
    is_due_by_hand boolean,
    derived_due_at timestamp,
    dated timestamp,
    -- the ticket's values at that instant
    queue_id uuid,
    state_id uuid,
    category varchar,
    agent_id uuid,
    priority integer,
    organisation_id uuid,
    channel varchar,
    -- and at its end
    stopped_queue_id uuid,
    stopped_state_id uuid,
    stopped_category varchar,
    stopped_agent_id uuid,
    stopped_priority integer
);

create table sla_breach (
    ticket_id uuid,
    clock_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    uncovered_since timestamp,
    target varchar,
    policy_id uuid,
    calendar_id uuid,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
);

create table sla_risk (
    ticket_id uuid,
    clock_id uuid,
    n integer,
    since timestamp,
    until timestamp,
    target varchar,
    policy_id uuid,
    calendar_id uuid,
    queue_id uuid,
    agent_id uuid,
    state_id uuid,
    category varchar,
    priority integer,
    organisation_id uuid,
    channel varchar
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

-- How the house was, from event to event (analytics/house.py): since <= t < until. Several may be of one instant.
create table presence (
    position bigint,
    since timestamp,
    until timestamp,
    person_id uuid,
    presence varchar,
    before varchar,
    reason varchar
);

create table queue_version (
    position bigint,
    since timestamp,
    until timestamp,
    queue_id uuid,
    name varchar,
    parent_id uuid,
    is_active boolean,
    calendar_id uuid
);

create table state_version (
    position bigint,
    since timestamp,
    until timestamp,
    state_id uuid,
    name varchar,
    category varchar,
    is_active boolean
);

create table organisation_version (
    position bigint,
    since timestamp,
    until timestamp,
    organisation_id uuid,
    name varchar,
    tier varchar,
    region varchar,
    is_shared boolean
);

create table person_version (
    position bigint,
    since timestamp,
    until timestamp,
    person_id uuid,
    role varchar,
    organisation_id uuid,
    timezone varchar,
    is_active boolean
);

create table data_check (
    position bigint,
    since timestamp,
    until timestamp,
    checked bigint,
    wrong bigint,
    broken varchar[]
);

create table denominator_version (
    position bigint,
    since timestamp,
    until timestamp,
    name varchar,
    count bigint
);
