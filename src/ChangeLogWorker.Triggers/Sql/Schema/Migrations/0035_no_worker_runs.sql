-- As in the file of changelog.awake_until itself: what an older value than a sleeping worker leaves means.
comment on sequence changelog.awake_until is
    'Until when a worker is awake, in milliseconds of the server''s clock: until then writers need not announce. For '
    '15 seconds more, or a minute and more ahead, all workers sleep; after that, or without a value, none runs. 0 is '
    'mode Always, the largest bigint Never';
