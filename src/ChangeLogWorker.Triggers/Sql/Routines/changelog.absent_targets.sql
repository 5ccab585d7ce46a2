-- changelog.absent_targets(target, ids): which of some ids are of no record that a table holds now. An id that its key cannot
-- have is none of them, and none is where rows cannot be told apart by columns of the server's own types: nothing that is
-- known says that a record is gone. Rights of the owner, who must read the key's columns; runs no code of the application's
-- (neither casts nor checks of domains). Writes nothing, notifies nothing.
create or replace function changelog.absent_targets(target oid, ids text[])
    returns text[]
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
    -- else rows that a policy hides would be taken for gone
    set row_security = off
    set jit = off
as $function$
declare
    columns text[] := changelog.key_columns(target);
    wrong text;
    known text;
    same text;
    absent text[];
begin
    if columns is null then
        select array_agg(a.attname::text)
        into columns
        from pg_attribute a
        where a.attrelid = target
        and a.attname = 'id'
        and not a.attisdropped;
    end if;
    select
        bool_or(b.oid is null)::text,
        string_agg(
            case when b.typcategory = 'S' then format('%s is not null', v.value)
                 else format('changelog.canonical(%s, ''pg_catalog.%I'') is not null', v.value, b.typname) end,
            ' and '),
        string_agg(
            case when b.typcategory = 'S' then format('r.%I = (%s)::pg_catalog.%I', a.attname, v.value, b.typname)
                 else format('r.%1$I = changelog.canonical(%2$s, ''pg_catalog.%3$I'')::pg_catalog.%3$I', a.attname, v.value, b.typname) end,
            ' and ')
    into wrong, known, same
    from unnest(columns) with ordinality k (name, place)
    join pg_attribute a on a.attrelid = target and a.attname = k.name
    join pg_type d on d.oid = a.atttypid
    left join pg_type b
        on b.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
        and b.typnamespace = 'pg_catalog'::regnamespace
        and b.typtype = 'b'
    cross join lateral (
        select case
            when cardinality(columns) = 1 then 'i.id'
            else format('changelog.canonical(i.id, ''pg_catalog.jsonb'')::jsonb ->> %s', k.place - 1)
        end) v (value);
    if wrong is distinct from 'false' then
        return '{}';
    end if;

    if not has_schema_privilege((select c.relnamespace from pg_class c where c.oid = target), 'usage')
        or exists (select from unnest(columns) k (name) where not has_column_privilege(target, k.name, 'select'))
    then
        raise exception 'whether records of % are gone cannot be seen; let its owner run: grant usage on schema % to %; grant select (%) on % to %',
            target::regclass,
            (select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target),
            quote_ident(current_user),
            (select string_agg(quote_ident(k.name), ', ') from unnest(columns) k (name)),
            target::regclass,
            quote_ident(current_user)
        using errcode = 'insufficient_privilege';
    end if;
    execute format(
        'select array(select distinct i.id from unnest($1) i (id) where %s and not exists (select from %s r where %s))',
        known, target::regclass, same)
    into absent using ids;
    return absent;
end
$function$;
comment on function changelog.absent_targets(oid, text[]) is 'Which of some ids are of no record that a table holds now';
