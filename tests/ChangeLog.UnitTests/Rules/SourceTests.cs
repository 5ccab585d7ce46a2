using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace ChangeLog.UnitTests.Rules;

public sealed class SourceTests
{
    private const int MostFilesOfFolder = 25;

    private static readonly string[] Forbidden = ["Thread." + "Sleep", "#" + "pragma", "#" + "region", "TO" + "DO"];

    [Fact]
    public void Nothing_sleeps_hides_a_warning_or_is_left_to_do() =>
        Repository.All
            .SelectMany(file => Forbidden
                .Where(word => file.Text.Contains(word, StringComparison.Ordinal))
                .Select(word => $"{file.Path} has {word}"))
            .ShouldBeEmpty();

    [Fact]
    public void A_file_holds_one_type_but_options_stand_with_their_validator() =>
        Repository.All
            .Select(file => (file.Path, Types: file.Types.Where(
                type => !type.EndsWith("OptionsValidator", StringComparison.Ordinal))))
            .Where(file => file.Types.Distinct().Count() > 1)
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}")
            .ShouldBeEmpty();

    [Fact]
    public void A_file_is_named_like_its_type() =>
        Repository.All
            .Where(file => file.Types.Count > 0
                && file.Types[0] != Path.GetFileNameWithoutExtension(file.Path).Split('.')[0])
            .Select(file => $"{file.Path}: {file.Types[0]}")
            .ShouldBeEmpty();

    [Fact]
    public void No_folder_holds_more_files_than_a_reader_takes_in() =>
        Repository.Sources("src")
            .GroupBy(file => Path.GetDirectoryName(file.Path))
            .Where(folder => folder.Count() > MostFilesOfFolder)
            .Select(folder => $"{folder.Key} has {folder.Count()} files")
            .ShouldBeEmpty();

    [Fact]
    public void A_log_id_means_one_message() =>
        Repository.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(log => log.Message is not null)
            .GroupBy(log => log.Message!.EventId)
            .Where(id => id.Count() > 1)
            .Select(id =>
                $"{id.Key}: {string.Join(", ", id.Select(log => $"{log.method.DeclaringType}.{log.method.Name}"))}")
            .ShouldBeEmpty();

    [Fact]
    public void No_type_of_the_program_is_open_for_inheritance_by_accident() =>
        Repository.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false })
            .Where(type => !IsGenerated(type) && type.Name != "Program")
            .Select(type => type.FullName)
            .ShouldBeEmpty();

    [Fact]
    public void Where_sequential_scans_are_ruled_out_no_plan_is_compiled_for_what_one_would_cost() =>
        Repository.Sources("src/ChangeLogWorker.Triggers/Sql")
            .Where(file => file.Text.Contains("set enable_seqscan = off", StringComparison.Ordinal)
                && !file.Text.Contains("set jit = off", StringComparison.Ordinal))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.IsDefined(typeof(GeneratedCodeAttribute));
}
