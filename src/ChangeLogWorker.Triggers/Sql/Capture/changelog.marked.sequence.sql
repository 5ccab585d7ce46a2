-- The (sub)transaction that wrote the row of the last transaction this session recorded. Only the session's own value
-- counts (currval), and only capture can set it, whereas any writer can set changelog.transaction.
create sequence changelog.marked as bigint cache 1;
comment on sequence changelog.marked is
    'currval: the (sub)transaction in which this session last wrote a row of logs.transaction; for others it means '
    'nothing';
