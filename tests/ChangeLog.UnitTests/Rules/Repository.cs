using System.Reflection;
using ChangeLogWorker;

namespace ChangeLog.UnitTests.Rules;

/// <summary>The source files, as they stand beside the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The program and the library.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
        [typeof(CommandTree).Assembly, typeof(ChangeLogServices).Assembly];

    public static IReadOnlyList<SourceFile> Production { get; } = Read("src");

    public static IReadOnlyList<SourceFile> All { get; } = [.. Production, .. Read("tests"), .. Read("samples")];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The C# and SQL below a folder.</summary>
    public static IEnumerable<SourceFile> Sources(string folder) => [.. Read(folder), .. Read(folder, "*.sql")];

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "ChangeLog.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No ChangeLog.sln above the tests."));

    private static SourceFile[] Read(string folder, string pattern = "*.cs") =>
        [.. Directory
            .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllText(path)))
            .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal))];
}
