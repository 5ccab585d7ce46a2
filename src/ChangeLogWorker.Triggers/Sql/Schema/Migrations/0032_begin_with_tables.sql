-- The tables of this database were made by migrations 0001 to 0031. Each has a file of its own now (*.table.sql), for a
-- database that is new. The journal says what made the schema: from here on these files and later migrations.
delete from changelog.script s
where s.name ~ '^Migrations/00([012][0-9]|3[01])_';
