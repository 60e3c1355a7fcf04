-- Who saved a mark: the leader, or the leader's secretary. What was saved before knows only when.
ALTER TABLE leaders_mark ADD COLUMN saved_by BLOB;
