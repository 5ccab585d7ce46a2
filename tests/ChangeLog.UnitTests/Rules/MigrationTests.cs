using System.Text;
using ChangeLogWorker.Triggers.Schema;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class MigrationTests
{
    // the beginning of each text's SHA-256; a new migration is added here
    private static readonly Dictionary<string, string> Frozen = new()
    {
        ["0001_create_worker_state"] = "4b6048b6103570da",
        ["0002_create_event"] = "e871a50f8ecec9f8",
        ["0003_create_change"] = "40463182a0df92e0",
        ["0004_create_derived"] = "7a9c7f75b5868213",
        ["0005_create_guards"] = "a8295f85f31560d3",
        ["0006_create_dead_letter"] = "cc17f324180166da",
        ["0007_create_doorbell"] = "16a78bc8bdffddc1",
        ["0008_create_redaction"] = "595d23e1cca35447",
        ["0009_create_platform"] = "10e311f9dd50e5a6",
        ["0010_create_timeline"] = "cbf9091c3e7d5713",
        ["0011_create_flag_and_setting"] = "0ad073550cacda95",
        ["0012_create_link"] = "3629a8e3b61dd823",
        ["0013_extend_redaction"] = "9a09d834b6bb72d7",
        ["0014_drop_timeline_entries"] = "4f67f453d605a664",
        ["0015_store_uuids"] = "6d882562b72b8af4",
        ["0016_drop_replaced_routines"] = "1acbb54ed508d6ee",
        ["0017_drop_follow_foreign_keys"] = "34eab3d082cc2752",
        ["0018_bound_looks_and_redactions"] = "d5958711cd94b231",
        ["0019_narrow_referring_columns"] = "b8d0ab16750bb63f",
        ["0020_name_users"] = "71052d38cb42064a",
        ["0021_drop_reconcile_table"] = "fdf520ef1915dd36",
        ["0022_create_marked"] = "1e98879998be5a1d",
        ["0024_take_links_from_their_role"] = "8cd98abbbfa1032d",
        ["0025_guard_settings"] = "68323b2ac53a0099",
        ["0026_share_schemas"] = "06b1bbd1a706afd8",
        ["0029_create_lock"] = "c159b8c45e9e68ea",
        ["0030_drop_guard_plan"] = "bb735651e12c2770",
        ["0031_drop_desired_trigger"] = "de36377a0854c0db",
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
    public void What_a_migration_was_known_by_before_it_was_written_anew_is_known_still()
    {
        var script = EmbeddedScripts.All.Single(s => s.Name == "Migrations/0012_create_link.sql");

        script.IsKnownBy(script.Hash).ShouldBeTrue();
        script.IsKnownBy("16a60e89a5ac2be1d74b118623faf8433db7ab6ab7b6f857eff29dea8b081ee1").ShouldBeTrue();
        script.IsKnownBy("b7d525d742f31cf661d02bdd4b92af495234339f483fc28ede39cfdee5563ddd").ShouldBeFalse();
    }
}
