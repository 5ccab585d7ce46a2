namespace ChangeLog.TestSupport;

/// <summary>
/// The image of deploy/docker/Dockerfile, where CHANGELOG_TEST_IMAGE names it, as `docker run` starts it.
/// </summary>
public static class ProgramImage
{
    public const string Missing = "CHANGELOG_TEST_IMAGE names no image of the program";

    public static string? Name { get; } =
        Environment.GetEnvironmentVariable("CHANGELOG_TEST_IMAGE") is { Length: > 0 } named ? named : null;

    public static bool IsNamed => Name is not null;

    /// <summary>
    /// On this machine's network, where the tests' server is, with as few rights as the compose file gives it.
    /// </summary>
    public static RunningProgram Start(string? connectionString, string[] options, params string[] arguments) =>
        RunningProgram.Start(
            "docker",
            [
                "run", "--rm", "--network", "host", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL",
                "--security-opt", "no-new-privileges:true", "--env", "ConnectionStrings__ChangeLog",
                .. options, Name!, .. arguments,
            ],
            [KeyValuePair.Create("ConnectionStrings__ChangeLog", connectionString)]);
}
