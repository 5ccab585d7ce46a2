namespace ChangeLog.TestSupport;

/// <summary>How a program ended and all that it said.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error);
