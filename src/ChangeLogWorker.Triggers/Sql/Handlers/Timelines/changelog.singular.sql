-- changelog.singular(name): a table's name as in event types: course_designer_plans -> course_designer_plan. English
-- endings only; other names stay. Singular in C# does the same, for settings that are validated without a database;
-- TimelineTests compares the two. Writes nothing, notifies nothing.
create or replace function changelog.singular(name text)
    returns text
    language sql
    immutable
    parallel safe
    set search_path = pg_catalog, pg_temp
as $function$
    select case
        when name ~* '(series|species|news|ss|us|is)$' then name
        when name ~* '[^aeiou]ies$' then regexp_replace(name, 'ies$', 'y', 'i')
        when name ~* '(ss|sh|tch|x|zz|[^ao]us)es$' then left(name, -2)
        when name ~* '[a-z]s$' then left(name, -1)
        else name
    end
$function$;
comment on function changelog.singular(text) is 'A table''s name in the singular, by the commonest endings';
