using ChangeLog.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Settings;

public sealed class SettingsValidationTests
{
    [Fact]
    public void The_settings_beside_the_program_are_right() =>
        Problems(new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .Build()).ShouldBeEmpty();

    [Fact]
    public void An_unknown_setting_is_named_with_the_nearest_that_exists() =>
        Problems(("ChangeLog:Handlers:PageSiz", "5")).ShouldBe([
            "ChangeLog:Handlers:PageSiz is not a setting (in the environment: ChangeLog__Handlers__PageSiz); "
            + "the nearest is ChangeLog:Handlers:PageSize."]);

    [Fact]
    public void Case_does_not_matter() =>
        Problems(("changelog:HANDLERS:pagesize", "5")).ShouldBeEmpty();

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Problems(
            ("ChangeLog:Handlers:PageSize", "0"),
            ("ChangeLog:Handlers:PositionsPerPage", "many"),
            ("ChangeLog:Reconcile:Interval", "30"),
            ("ChangeLog:InstallOnStart", "ja"),
            ("ChangeLog:Capture", "x")).ShouldBe([
                "ChangeLog:Capture is a section and has no value itself.",
                "ChangeLog:Handlers:PositionsPerPage is 'many', which is not an integer.",
                "ChangeLog:InstallOnStart is 'ja', which is not true or false.",
                "ChangeLog:Handlers:PageSize must be between 1 and 100000.",
                "ChangeLog:Reconcile:Interval (hh:mm:ss) must be between 00:00:01 and 1.00:00:00.",
            ]);

    [Fact]
    public void A_map_of_actions_is_a_list_a_text_or_an_object_of_pairs()
    {
        Problems(("ChangeLog:Activity:ActionMap", "iam.a.done=a, iam.b.done=b")).ShouldBeEmpty();
        Problems(("ChangeLog:Activity:ActionMap:0", "iam.a.done=a")).ShouldBeEmpty();
        Problems(("ChangeLog:Activity:ActionMap:iam.a.done", "a")).ShouldBeEmpty();
        Problems(("ChangeLog:Activity:ActionMap", "iam.a.done=a,iam.b.done")).ShouldBe([
            "ChangeLog:Activity:ActionMap: 'iam.b.done' is no event type with its action. "
            + "Write type=action, such as iam.user.logged_in=login."]);
    }

    [Fact]
    public void A_list_of_handlers_holds_settings_that_exist() =>
        Problems(
            ("ChangeLog:SqlHandlers:0:Name", "a"),
            ("ChangeLog:SqlHandlers:0:Tables:0", "a"),
            ("ChangeLog:SqlHandlers:0:Tables:1", "b"),
            ("ChangeLog:SqlHandlers:mail:EventTypes", "a"),
            ("ChangeLog:SqlHandlers:mail:FromNow", "true")).ShouldBeEmpty();

    [Fact]
    public void What_is_wrong_in_a_list_of_handlers_is_named() =>
        Problems(
            ("ChangeLog:SqlHandlers", "a.sql"),
            ("ChangeLog:SqlHandlers:0:FromNow", "ja"),
            ("ChangeLog:SqlHandlers:1", "a.sql"),
            ("ChangeLog:SqlHandlers:2:Fil", "a.sql")).ShouldBe([
                "ChangeLog:SqlHandlers is 'a.sql', but is a list: of each handler its Name and its File.",
                "ChangeLog:SqlHandlers:0:FromNow is 'ja', which is not true or false.",
                "ChangeLog:SqlHandlers:1 is a section and has no value itself.",
                "ChangeLog:SqlHandlers:2:Fil is not a setting (in the environment: ChangeLog__SqlHandlers__2__Fil); "
                + "the nearest is ChangeLog:SqlHandlers:n:File.",
            ]);

    [Fact]
    public void What_is_wrong_with_redaction_is_named_and_its_key_is_not_said() =>
        Problems(
            ("ChangeLog:Redaction:HashKey", "hunter2"),
            ("ChangeLog:Redaction:SwitchedOff", "*token, *pasword*"),
            ("ChangeLog:Redaction:Rules:0:Table", "public.a.b"),
            ("ChangeLog:Redaction:Rules:0:Column", "x"),
            ("ChangeLog:Redaction:Rules:1:Way", "Blur"),
            ("ChangeLog:Redaction:Rules:1:Colum", "x")).ShouldBe([
                "ChangeLog:Redaction:Rules:1:Colum is not a setting (in the environment: "
                + "ChangeLog__Redaction__Rules__1__Colum); "
                + "the nearest is ChangeLog:Redaction:Rules:n:Column.",
                "ChangeLog:Redaction:Rules:1:Way is 'Blur', which is not one of Mask, Hash, Omit.",
                "ChangeLog:Redaction:Rules:0:Table: 'public.a.b' is malformed: a table is schema.table; "
                + "a name with a dot must be double-quoted. Write schema.table, schema.* or table, separated by "
                + "commas.",
                "ChangeLog:Redaction:SwitchedOff: there is no default rule *pasword*; "
                    + "the nearest is *password*.",
                "ChangeLog:Redaction:HashKey is shorter than 16 characters, so hashed values could be guessed.",
            ]);

    [Fact]
    public void A_choice_that_may_be_left_out_is_true_or_false() =>
        Problems(("ChangeLog:Capture:FireAlways", "ja")).ShouldBe(
            ["ChangeLog:Capture:FireAlways is 'ja', which is not true or false."]);

    [Fact]
    public void A_list_that_a_later_source_replaces_is_not_judged()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create(
                "ChangeLog:Links:Policies:0", (string?)"notes=keep"), new("ChangeLog:Links:Policies:1", "x")])
            .AddInMemoryCollection([KeyValuePair.Create("ChangeLog:Links:Policies:0", (string?)"tasks=keep")])
            .Build();

        Problems(configuration).ShouldBeEmpty();
    }

    [Fact]
    public void Other_sections_are_not_ours_to_judge() =>
        Problems(("Logging:LogLevel:Default", "Debug"), ("ChangeLogOfSomeoneElse:X", "1")).ShouldBeEmpty();

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] settings) =>
        Problems(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build());

    private static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        try
        {
            SettingsValidation.Require(configuration);
            return [];
        }
        catch (SettingsException error)
        {
            return error.Problems;
        }
    }
}
