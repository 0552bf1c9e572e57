-- Progress, version 2: the steps of the walkthrough's chapters that were gone through.

CREATE TABLE step (
    chapter TEXT NOT NULL,
    step TEXT NOT NULL,
    answered TEXT NOT NULL CHECK (json_valid(answered)),
    done_at TEXT NOT NULL,
    PRIMARY KEY (chapter, step)
) STRICT;
