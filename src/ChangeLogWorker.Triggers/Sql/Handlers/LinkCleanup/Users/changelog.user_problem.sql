-- changelog.user_problem(holder, state, message): why a table's columns could not be read or nulled for deleted users,
-- and what to do. A message from the application's trigger may quote a row, and is left out. Security definer, to know
-- the columns. Writes nothing, notifies nothing.
create or replace function changelog.user_problem(holder oid, state text, message text)
    returns text
    language sql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when state = '55P03' then 'another session has locked the table: the next sweep looks again'
        when state = '42501' then 'the owner of ChangeLog lacks a right on it'
        else format('a trigger or constraint of the table refuses it (%s): fix that', state)
    end
    from pg_class c
    where c.oid = holder
$function$;
comment on function changelog.user_problem(oid, text, text) is
    'Why columns could not be nulled for users who are gone, and what to do';
