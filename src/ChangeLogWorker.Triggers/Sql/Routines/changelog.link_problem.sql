-- changelog.link_problem(link_table, state, message): why links of a table could not be cleared and what to do, as a sentence
-- for a dead letter or a sweep's report, which a worker logs: without what the message quotes, for that may be a row's value.
-- Writes nothing, notifies nothing.
create or replace function changelog.link_problem(link_table oid, state text, message text)
    returns text
    language sql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
    select format('the links that %s.%s holds could not be cleared (%s). ', n.nspname, c.relname, state) || case
        when state = '42501' then coalesce(
            (select string_agg(format('Let its owner, or a DBA, run: %s', r.statement), ' ') from changelog.link_rights(link_table) r),
            message)
        when state = '23502' then
            'Its policy is nullify, but a column may not be null: let the policy be delete or keep (ChangeLog:Links:Policies), or drop NOT NULL'
        when state like '22%' then
            'A trigger or constraint of the table refuses it: put that right, or let the policy be keep (ChangeLog:Links:Policies)'
        else 'Put right what refuses it, or let the policy be keep (ChangeLog:Links:Policies): '
            || regexp_replace(message, '["''`“„«»‘‚].*["''`”“«»’]', '...')
    end
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.oid = link_table
$function$;
comment on function changelog.link_problem(oid, text, text) is 'Why links of a table could not be cleared, and what to do';
