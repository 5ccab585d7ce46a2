-- What changelog redact takes is one object from now on: keys, records, or the values of a foreign key's columns.
drop function if exists changelog.redact_logged(oid[], text[], text, text, text, text[], bigint, bigint);
