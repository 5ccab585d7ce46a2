using System.Text;
using ChangeLogWorker.Triggers.Postgres;
using ChangeLogWorker.Triggers.Schema.Scripts;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class MigrationTests
{
    // the beginning of each text's SHA-256; a new migration is added here
    private static readonly Dictionary<string, string> Frozen = new()
    {
        ["0032_begin_with_tables"] = "b4d3afaec77b24f4",
        ["0033_exclude_pg_osc"] = "eb688bc74b55eb4a",
        ["0034_see_triggers"] = "96e15c8e2517b79d",
        ["0035_no_worker_runs"] = "116638da4943bb52",
        ["0036_derive_requests"] = "6b984f56fe734d9b",
    };

    [Fact]
    public void A_migration_that_has_landed_is_never_edited_for_an_upgrade_would_be_refused() =>
        EmbeddedScripts.All
            .Where(script => script.IsMigration)
            .ToDictionary(script => Path.GetFileNameWithoutExtension(script.Name), script => script.Hash[..16])
            .ShouldBe(Frozen);

    [Fact]
    public void The_sql_of_this_program_can_be_read_in_each_encoding_and_with_each_meaning_of_a_backslash() =>
        EmbeddedScripts.All
            .Where(script => !Ascii.IsValid(script.Text) || script.Text.Contains('\\', StringComparison.Ordinal))
            .Select(script => script.Name)
            .ShouldBeEmpty();

    [Fact]
    public void A_table_is_made_after_those_that_it_refers_to_and_the_functions_that_it_calls()
    {
        var names = EmbeddedScripts.All.Select(script => script.Name).ToList();

        names[0].ShouldBe("Tables/changelog.script.sql");
        names.ShouldBeUnique();
        foreach (var (first, then) in new[]
        {
            ("Tables/changelog.cursor.sql", "Tables/changelog.handler_failure.sql"),
            ("Tables/changelog.redaction_rule.sql", "Tables/changelog.key_redaction.sql"),
            ("Tables/changelog.timeline_table.sql", "Tables/changelog.timeline_edge.sql"),
            ("Routines/logs.parse_uuid.sql", "Tables/lib_event.event.sql"),
            ("Routines/logs.refuse_change.sql", "Tables/logs.change.sql"),
        })
        {
            names.IndexOf(first).ShouldBeLessThan(names.IndexOf(then), then);
        }
    }

    [Fact]
    public void A_schema_of_before_the_baseline_is_refused_and_so_is_one_of_a_newer_program()
    {
        const string baseline = "Migrations/0031_drop_desired_trigger.sql";
        Require("Routines/logs.index_key.sql", "Migrations/0001_create_worker_state.sql", baseline).ShouldBeNull();
        Require("Migrations/0032_begin_with_tables.sql").ShouldBeNull();
        Require().ShouldBeNull();
        Require("Migrations/0019_narrow_referring_columns.sql").ShouldBe(
            $"The installed schema is too old for this program to upgrade: it lacks {baseline}. Nothing was "
            + "changed. Install the version before this one first (changelog install, of the last commit with that "
            + "file), then run this again.");
        Require(baseline, "Migrations/9999_later.sql").ShouldBe(
            "The installed schema is newer than this program: it has Migrations/9999_later.sql. "
            + "Use the newer program.");

        static string? Require(params string[] names)
        {
            try
            {
                Baseline.Require(
                    names.ToDictionary(
                        name => name,
                        name => EmbeddedScripts.All.FirstOrDefault(script => script.Name == name)?.Hash ?? "former"),
                    EmbeddedScripts.All);
                return null;
            }
            catch (RefusedException refused)
            {
                return refused.Message;
            }
        }
    }
}
