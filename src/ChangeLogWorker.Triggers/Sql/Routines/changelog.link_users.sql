-- changelog.link_users(): gives the columns of the tables of platform that hold a user (changelog.platform_user) their foreign
-- key to the users' table, or takes away one to a table that is no longer it. A key on rows that are there is made unvalidated,
-- so that the users' table is locked for an instant, and validated by the next call, which locks no writer out. Returns what
-- it did; null: nothing was to be done.
-- Writes constraints of the tables of platform. Notifies nothing.
create or replace function changelog.link_users()
    returns text
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    set lock_timeout = '1s'
as $function$
declare
    step record;
    is_empty boolean;
    done text[] := '{}';
begin
    for step in select * from changelog.users_link_steps() s order by s.place
    loop
        execute format('select not exists (select from %s)', step.table_oid) into is_empty;
        execute step.statement || case when step.is_made and not is_empty then ' not valid' else '' end;
        done := done || step.sentence;
    end loop;
    -- of a table with several such columns once
    return (select string_agg(distinct d.what, '; ') from unnest(done) d (what));
end
$function$;
comment on function changelog.link_users() is 'Brings the foreign keys to the users in line with changelog.users_table()';
