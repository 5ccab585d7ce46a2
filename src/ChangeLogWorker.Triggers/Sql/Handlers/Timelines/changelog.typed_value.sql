-- changelog.typed_value(value, type): an expression that casts the text value to a type; for an enum, its labels as
-- literals, since a cast from text may be a function of the enum's owner.
-- Writes nothing, notifies nothing.
create or replace function changelog.typed_value(value text, type text)
    returns text
    language plpgsql
    stable
    set search_path = pg_catalog, pg_temp
as $function$
declare
    kind oid := type::regtype; -- an error for what is none: this is text that becomes SQL
    labels text;
begin
    if (select y.typtype = 'e' from pg_type y where y.oid = kind) then
        labels := (
            select string_agg(
                format('when %L then %L::%s', e.enumlabel, e.enumlabel, kind::regtype), ' ' order by e.enumsortorder)
            from pg_enum e
            where e.enumtypid = kind);
        return format('case %s %s end', value, coalesce(labels, format('when null then null::%s', kind::regtype)));
    end if;
    return format('(%s)::%s', value, kind::regtype);
end
$function$;
comment on function changelog.typed_value(text, text) is
    'An expression that converts a text to a type, without a cast to an enum';
