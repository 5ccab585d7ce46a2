-- What the settings in force, the coverage and the derived tables are is written by functions that leave an event or compute it:
-- these take more from now on.
drop function if exists changelog.set_redaction_key(text);
drop function if exists changelog.bypasses();
