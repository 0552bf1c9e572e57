-- Progress, version 3: labs. An attempt is one grading; those of two machines are put together.

CREATE TABLE lab (
    slug TEXT PRIMARY KEY,
    chosen INTEGER CHECK (chosen >= 0),
    answered_at TEXT,
    hints INTEGER NOT NULL DEFAULT 0 CHECK (hints >= 0),
    solution_asked INTEGER NOT NULL DEFAULT 0 CHECK (solution_asked >= 0),
    CHECK ((chosen IS NULL) = (answered_at IS NULL))
) STRICT;

CREATE TABLE lab_attempt (
    slug TEXT NOT NULL REFERENCES lab (slug) ON DELETE CASCADE,
    graded_at TEXT NOT NULL,
    works INTEGER NOT NULL CHECK (works IN (0, 1)),
    nothing_else INTEGER NOT NULL CHECK (nothing_else IN (0, 1)),
    nothing_superfluous INTEGER NOT NULL CHECK (nothing_superfluous IN (0, 1)),
    PRIMARY KEY (slug, graded_at, works, nothing_else, nothing_superfluous)
) STRICT;
