-- The schemas. One that is there already is shared with the application, whose owner, comment and privileges it keeps:
-- which ones these are, changelog.installation keeps. A schema is ours when its comment begins with 'ChangeLog:'.
do $schemas$
declare
    own record;
    shared text[] := '{}';
begin
    for own in
        select s.*
        from (values
            ('logs', 'what was changed, as captured, and what handlers derive from it'),
            ('lib_event', 'stored domain events and the position sequence'),
            ('lib_events', 'the public face of lib_event'),
            ('changelog', 'the worker''s own state'),
            ('platform', 'audit and activity as people ask for them')) as s (name, purpose)
    loop
        if to_regnamespace(own.name) is null then
            execute format('create schema %I', own.name);
            execute format('comment on schema %I is %L', own.name, 'ChangeLog: ' || own.purpose);
        else
            shared := shared || own.name;
        end if;
    end loop;
    perform set_config('changelog.shared_schemas', array_to_string(shared, ','), true);
end
$schemas$;

-- Which scripts made this schema: what an upgrade has to run, and which routines are ours (changelog.own_objects).
create table changelog.script (
    name text primary key,
    hash text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user
);
comment on table changelog.script is
    'Journal of the scripts that made this schema: migrations once, routines and views by the hash of their text';
