-- The foreign keys by which a row of a timeline's table leads to its root.
create table changelog.timeline_edge (
    child bigint references changelog.timeline_table on delete cascade,
    parent bigint references changelog.timeline_table on delete cascade,
    columns text[],
    primary key (child, parent, columns)
);
comment on table changelog.timeline_edge is
    'A foreign key on the way to the root; one that was dropped stays, for a rebuild';
comment on column changelog.timeline_edge.columns is 'The child''s, in the order of the parent''s key';
