namespace ChangeLog.TestSupport;

/// <summary>A login that exists for one test's database.</summary>
public sealed record TestRole(string Name, string Password);
