-- The key for hashing values: two random blocks, like those HMAC derives from a key; changelog.set_redaction_key
-- derives them from a configured key.
create table changelog.redaction_key (
    singleton boolean primary key default true constraint "there is one key" check (singleton),
    inner_block bytea not null,
    outer_block bytea not null
);
comment on table changelog.redaction_key is
    'The secret that Hash is keyed with: for nobody but the owner and what runs with its rights';

insert into changelog.redaction_key (inner_block, outer_block)
select b.blocks[1], b.blocks[2]
from (
    select array_agg(sha256(convert_to(r.one, 'UTF8')) || sha256(convert_to(r.other, 'UTF8'))) as blocks
    from (
        select
            gen_random_uuid()::text || gen_random_uuid() as one,
            gen_random_uuid()::text || gen_random_uuid() as other
        from generate_series(1, 2)) r) b;
