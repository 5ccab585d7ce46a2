using ChangeLogWorker.Triggers.Installation;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class MigrationTests
{
    // the beginning of each text's SHA-256; a new migration is added here
    private static readonly Dictionary<string, string> Frozen = new()
    {
        ["0001_create_worker_state"] = "b7d525d742f31cf6",
        ["0002_create_event"] = "e871a50f8ecec9f8",
        ["0003_create_change"] = "1a78d0583621689d",
        ["0004_create_derived"] = "7a9c7f75b5868213",
        ["0005_create_guards"] = "a8295f85f31560d3",
        ["0006_create_dead_letter"] = "cc17f324180166da",
        ["0007_create_doorbell"] = "16a78bc8bdffddc1",
        ["0008_create_redaction"] = "ab2884999a14894c",
        ["0009_create_platform"] = "10e311f9dd50e5a6",
        ["0010_create_timeline"] = "cbf9091c3e7d5713",
        ["0011_create_flag_and_setting"] = "0ad073550cacda95",
        ["0012_create_link"] = "16a60e89a5ac2be1",
        ["0013_extend_redaction"] = "9a09d834b6bb72d7",
        ["0014_drop_timeline_entries"] = "4f67f453d605a664",
        ["0015_store_uuids"] = "6d882562b72b8af4",
        ["0016_drop_replaced_routines"] = "1acbb54ed508d6ee",
        ["0017_drop_follow_foreign_keys"] = "34eab3d082cc2752",
        ["0018_bound_looks_and_redactions"] = "d5958711cd94b231",
        ["0019_narrow_referring_columns"] = "b8d0ab16750bb63f",
        ["0025_guard_settings"] = "68323b2ac53a0099",
    };

    [Fact]
    public void A_migration_that_has_landed_is_never_edited_for_an_upgrade_would_be_refused() =>
        EmbeddedScripts.All
            .Where(script => script.IsMigration)
            .ToDictionary(script => Path.GetFileNameWithoutExtension(script.Name), script => script.Hash[..16])
            .ShouldBe(Frozen);
}
