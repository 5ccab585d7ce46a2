-- In which (sub)transaction the row of the session's last recorded transaction was written. Only the session's own
-- value counts (currval), which nobody but capture can set; the setting changelog.transaction any writer can.
create sequence changelog.marked as bigint cache 1;
comment on sequence changelog.marked is
    'currval: the (sub)transaction in which this session last wrote a row of logs.transaction; for others it means '
    'nothing';
