-- changelog.link_problem(link_table, state, message): why links of a table could not be cleared and what to do, as a
-- sentence for a dead letter or a sweep's report, which a worker logs. The server's messages about constraints and
-- rights name only objects; any other message may come from the application's trigger and quote a row, so it is left
-- out.
-- Writes nothing, notifies nothing.
create or replace function changelog.link_problem(link_table oid, state text, message text)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select format('the links that %s.%s holds could not be cleared (%s). ', n.nspname, c.relname, state) || case
        when state = '42501' then coalesce(
            (select string_agg(format('Let its owner, or a DBA, run: %s', r.statement), ' ')
             from changelog.link_rights(link_table) r),
            'A right is missing' || said.words)
        when state = '23502' then
            'Its policy is nullify, but a column may not be null: '
            'set the policy to delete or keep (ChangeLog:Links:Policies), or drop NOT NULL'
        when state = '09000' then
            'A trigger of the table keeps its rows from being changed: '
            'fix that, or set the policy to keep (ChangeLog:Links:Policies)'
        else 'A trigger or constraint of the table refuses it: '
            'fix that, or set the policy to keep (ChangeLog:Links:Policies)'
            || said.words
    end
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
        select case
            when message ~ '^(cannot tell whether records of .* are gone; let its owner run: .*'
                '|permission denied for [a-z]+ [^ ]+'
                '|[^:]*"[^"]+" violates [a-z -]+ constraint "[^"]+"( on table "[^"]+")?)$'
                then ': ' || message
            else ''
        end) said (words)
    where c.oid = link_table
$function$;
comment on function changelog.link_problem(oid, text, text) is
    'Why links of a table could not be cleared, and what to do';
