-- The tables that are not captured, as configured.
create table changelog.exclusion (
    pattern text primary key,
    schema_like text not null,
    table_like text not null
);
comment on table changelog.exclusion is
    'NON_LOGGED_TABLES in force, for the reconcile and for the DDL event trigger; *_like are LIKE patterns, escaped '
    'by a backslash';
