-- platform.feature_enabled(key, user_id, roles, context): whether a user has a feature. False if the flag is unknown,
-- deleted or off, or the context does not contain its conditions. Otherwise its targets have it, and the rollout
-- percentage of everyone else, always the same users; a flag with neither targets nor rollout is on for everybody.
-- Writes nothing, notifies nothing.
create or replace function platform.feature_enabled(
    key text,
    user_id uuid default null,
    roles uuid[] default '{}',
    context jsonb default '{}')
    returns boolean
    language plpgsql
    stable
    security definer
    set search_path = pg_catalog, pg_temp
as $function$
declare
    flag platform.feature_flags;
    has_targets boolean;
    hash bytea;
begin
    select f.*
    into flag
    from platform.feature_flags f
    where f.key = feature_enabled.key
    and f.deleted_at is null
    and f.is_enabled;
    if not found or flag.conditions <> '{}' and not coalesce(context, '{}') @> flag.conditions then
        return false;
    end if;

    has_targets := cardinality(flag.target_users) > 0 or cardinality(flag.target_roles) > 0;
    if user_id = any (flag.target_users) or roles && flag.target_roles then
        return true;
    elsif coalesce(flag.rollout_percentage, 0) = 0 then
        return has_targets is not true;
    elsif flag.rollout_percentage = 100 then
        return true;
    elsif user_id is null then
        -- an unknown user is not part of a rollout
        return false;
    end if;
    -- hash the key too, or the same users would come first for each feature
    hash := sha256(convert_to(flag.key || ' ' || user_id::text, 'UTF8'));
    return ((get_byte(hash, 0) << 16) + (get_byte(hash, 1) << 8) + get_byte(hash, 2)) % 100 < flag.rollout_percentage;
end
$function$;
comment on function platform.feature_enabled(text, uuid, uuid[], jsonb) is 'Whether a user has a feature';
