"""PostgreSQL as a source: connecting, checking, slot and publication, snapshot, and the stream of changes."""
