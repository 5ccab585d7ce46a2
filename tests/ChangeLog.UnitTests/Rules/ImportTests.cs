using System.Reflection;
using ChangeLog.Redaction;
using ChangeLogWorker.Triggers.Capture;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

/// <summary>The arrows between projects and subjects, as the compiled assemblies have them, and never back.</summary>
public sealed class ImportTests
{
    // what all handlers are to the rest: the interface, a page's filter, the set of those in use
    private const string Contract = "Handlers (contract)";

    // a subject uses those before it, and the ground
    private static readonly string[] Subjects =
    [
        "Capture", "Coverage", "Keys", "Redaction", "Events", "Reading", Contract, "Notifying",
        "Dispatching", "Handlers",
        "History", "Status", "Schema",
    ];

    private static readonly string[] Ground = ["Postgres", "Settings", "Telemetry", "Hosting"];

    private static readonly Assembly Library = typeof(ChangeLogServices).Assembly;

    [Fact]
    public void What_lives_in_the_database_knows_neither_the_library_nor_the_program() =>
        typeof(CaptureSettings).Assembly.GetReferencedAssemblies().Select(name => name.Name)
            .ShouldNotContain(name => name == "changelog" || name == "ChangeLog.Library");

    [Fact]
    public void The_library_knows_no_command_line() =>
        Library.GetReferencedAssemblies().Select(name => name.Name)
            .ShouldNotContain(name => name == "changelog" || name == "Spectre.Console" || name == "System.CommandLine");

    [Fact]
    public void A_subject_uses_what_stands_before_it() =>
        CompiledReferences.Of(Library)
            .Where(pair => pair.To.Assembly == Library && !IsGenerated(pair.To) && !IsComposition(pair.From))
            .Select(pair => (pair, From: Subject(pair.From), To: Subject(pair.To)))
            .Where(arrow => arrow.From != arrow.To
                && !MayUse(arrow.From, arrow.To) && !IsOption(arrow.From, arrow.pair.To))
            .Select(arrow => $"{arrow.From}: {arrow.pair.From.Name} uses {arrow.To}: {arrow.pair.To.Name}")
            .Distinct()
            .Order()
            .ShouldBeEmpty();

    [Fact]
    public void A_handler_knows_no_other_handler() =>
        CompiledReferences.Of(Library)
            .Where(pair => pair.To.Assembly == Library
                && Handler(pair.From) is { } from && Handler(pair.To) is { } to && from != to)
            .Select(pair => $"{pair.From} uses {pair.To}")
            .ShouldBeEmpty();

    // the root adds all services
    private static bool MayUse(string from, string to) =>
        from.Length == 0 || Array.IndexOf(Ground, to) >= 0
        || (Array.IndexOf(Subjects, to) is >= 0 and var place && place < Array.IndexOf(Subjects, from));

    // where all settings are bound and checked, each with its feature's options
    private static bool IsOption(string from, Type to) =>
        from == "Settings" && (to.Name.Contains("Options", StringComparison.Ordinal) || to == typeof(RedactionRules));

    // adds what a subject consists of, whoever made it
    private static bool IsComposition(Type type) => type.Name.EndsWith("Services", StringComparison.Ordinal);

    private static bool IsGenerated(Type type) => type.Name.StartsWith('<');

    private static string Subject(Type type) => Path(type) switch
    {
        [] => string.Empty,
        ["Handlers"] => Contract,
        [var subject, ..] => subject,
    };

    private static string? Handler(Type type) => Path(type) is ["Handlers", var handler, ..] ? handler : null;

    private static string[] Path(Type type) => [.. (type.Namespace ?? string.Empty).Split('.').Skip(1)];
}
