-- Events as the lake keeps them: the ledger's envelope (relation `entry`) and, beside it, what the models read.
select
    entry.*,
    unnest(from_json(payload, '{
        "number": "BIGINT",
        "queue_id": "UUID",
        "state_id": "UUID",
        "category": "VARCHAR",
        "priority": "INTEGER",
        "agent_id": "UUID",
        "requester_id": "UUID",
        "organisation_id": "UUID",
        "channel": "VARCHAR",
        "language": "VARCHAR",
        "tags": ["VARCHAR"],
        "added": ["VARCHAR"],
        "removed": ["VARCHAR"],
        "history_complete": "BOOLEAN",
        "message_id": "UUID",
        "direction": "VARCHAR",
        "visibility": "VARCHAR",
        "author_kind": "VARCHAR",
        "is_first": "BOOLEAN",
        "is_auto": "BOOLEAN",
        "chars": "INTEGER",
        "person_id": "UUID",
        "awaiting_reply_since": "VARCHAR",
        "score": "INTEGER",
        "made_from": "VARCHAR",
        "edited": "DOUBLE"
    }'))
from entry
