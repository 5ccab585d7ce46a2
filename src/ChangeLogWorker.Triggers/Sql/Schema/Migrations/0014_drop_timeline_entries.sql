-- it takes the roots that were found from now on, instead of finding them again
drop function if exists changelog.timeline_entries(text, bigint[], timestamptz, timestamptz, bigint[], text[]);
