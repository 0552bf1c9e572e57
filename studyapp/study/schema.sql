-- Progress, version 1. Times are ISO 8601 in UTC; lists and documents are JSON.

CREATE TABLE sitting (
    id TEXT PRIMARY KEY,
    mode TEXT NOT NULL CHECK (mode IN ('practice', 'review', 'exam')),
    state TEXT NOT NULL CHECK (json_valid(state)),
    started_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

CREATE TABLE answer (
    id INTEGER PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sitting (id) ON DELETE CASCADE,
    question_id TEXT NOT NULL,
    chosen TEXT NOT NULL CHECK (json_valid(chosen)),
    is_right INTEGER NOT NULL CHECK (is_right IN (0, 1)),
    confidence TEXT CHECK (confidence IN ('sure', 'unsure', 'guess')),
    is_hinted INTEGER NOT NULL CHECK (is_hinted IN (0, 1)),
    seconds REAL NOT NULL CHECK (seconds >= 0),
    shown TEXT NOT NULL CHECK (json_valid(shown)),
    answered_at TEXT NOT NULL,
    memory_before TEXT CHECK (memory_before IS NULL OR json_valid(memory_before)),
    UNIQUE (sitting_id, question_id)
) STRICT;

CREATE INDEX answer_by_question ON answer (question_id, answered_at);

CREATE TABLE memory (
    question_id TEXT PRIMARY KEY,
    card TEXT NOT NULL CHECK (json_valid(card)),
    due_at TEXT NOT NULL,
    lapses INTEGER NOT NULL CHECK (lapses >= 0)
) STRICT;

CREATE INDEX memory_by_due ON memory (due_at);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;
