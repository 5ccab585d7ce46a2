-- changelog.read_plan(root): the parts of a query that reads all rows of a table with their record_ids as capture would
-- write them: relation, to be named r; raw: a row as JSON, to be named j.raw; data: j.raw redacted as in the log (the
-- same if nothing is redacted); key: an expression on r if key_is_plain, else on j.raw. Types of the application are
-- converted by logs.capture_current. Pins no setting: that is for the caller. With the caller's rights; for a superuser
-- who does not trust the table's owner, a function with the owner's: the caller rolls it back. An error if the table
-- has no key, or one that the caller may not hash.
-- Writes that function. Notifies nothing.
create or replace function changelog.read_plan(
    root oid, out relation text, out raw text, out data text, out key text, out key_is_plain boolean,
    out is_redacted boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $function$
declare
    keys constant text[] := (select k.columns from changelog.key_columns(root) k);
    redaction jsonb := changelog.redaction_of(root);
    redacted_keys text[];
    treatment text;
begin
    if keys is null then
        raise exception '% has no key: which of its rows a change is of, the log cannot say', root::regclass
            using errcode = 'feature_not_supported', hint = 'All its changes: logs.changes.';
    end if;
    if redaction -> 'columns' = '[]' and redaction -> 'json' = '[]' then
        redaction := null;
    end if;
    is_redacted := redaction is not null;
    redacted_keys := array(
        select k.name
        from unnest(keys) k (name)
        where redaction -> 'json' ? k.name
        or exists (
            select
            from jsonb_array_elements(redaction -> 'columns') r (rule)
            where r.rule ->> 'column' = k.name));
    if redacted_keys <> '{}' and (
        not has_function_privilege('logs.redaction_hash(text)', 'execute')
        or current_setting('transaction_read_only') = 'on')
    then
        raise exception 'the key of % is redacted: hashing it takes ChangeLog''s owner, and no read-only transaction',
            root::regclass
            using errcode = 'insufficient_privilege';
    end if;
    treatment := changelog.key_treatment(root, keys, redacted_keys);

    -- rows of tables that inherit from it are theirs
    relation := (
        select case c.relkind when 'p' then '' else 'only ' end || root::regclass
        from pg_class c
        where c.oid = root);
    if not changelog.reads_as_itself(root) then
        relation := changelog.lend_to_owner(
            root, '', format('setof %s', root::regclass), format('select r.* from %s r', relation)) || '()';
        if relation is null then
            raise exception 'reading % with its owner''s rights takes a transaction that is not read-only',
                root::regclass
                using errcode = 'read_only_sql_transaction';
        end if;
    end if;

    select
        case
            when bool_and(a.atttypid < 16384 and a.atttypid <> 'json'::regtype) then 'to_jsonb(r)'
            else format('logs.capture_current(r, %s)', root)
        end,
        bool_and(a.atttypid < 16384 and a.atttypid <> 'json'::regtype) filter (where a.attname = any (keys))
            and treatment = ''
    into raw, key_is_plain
    from pg_attribute a
    where a.attrelid = root
    and a.attnum > 0
    and not a.attisdropped;
    data := case
        when is_redacted then format('changelog.redact_current(j.raw, %L)', redaction)
        else 'j.raw'
    end;
    key := case
        when key_is_plain and cardinality(keys) = 1 then format('to_jsonb(r.%I) #>> ''{}''', keys[1])
        when key_is_plain then format(
            'jsonb_build_array(%s)::text',
            (select string_agg(format('r.%I', k.name), ', ' order by k.place)
             from unnest(keys) with ordinality k (name, place)))
        when starts_with(treatment, '=') then format('logs.normalized_key(j.raw, %L, %L)', keys, treatment)
        when treatment <> '' then format(
            'logs.hashed_key(j.raw, j.raw ->> %L, %L, %L)',
            keys[1], case when cardinality(keys) > 1 then keys::text else '' end, redacted_keys)
        when cardinality(keys) = 1 then format('j.raw ->> %L', keys[1])
        else format('logs.record_key(j.raw, %L)', keys)
    end;
end
$function$;
comment on function changelog.read_plan(oid) is 'The parts of a query that reads a table''s rows as capture would';
