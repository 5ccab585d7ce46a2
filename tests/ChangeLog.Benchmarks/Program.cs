using ChangeLog.Benchmarks;

var benchmarks = new Dictionary<string, Func<Task>>
{
    ["capture"] = CaptureBenchmark.RunAsync,
    ["modes"] = ModesBenchmark.RunAsync,
    ["idle"] = IdleBenchmark.RunAsync,
    ["latency"] = LatencyBenchmark.RunAsync,
    ["drain"] = DrainBenchmark.RunAsync,
    ["audit"] = AuditBenchmark.RunAsync,
    ["questions"] = QuestionsBenchmark.RunAsync,
    ["ddl"] = DdlBenchmark.RunAsync,
    ["capture-instructions"] = InstructionsBenchmark.RunAsync,
    ["long-transaction"] = LongTransactionBenchmark.RunAsync,
};
if (args is not [var name] || !benchmarks.TryGetValue(name, out var benchmark))
{
    Console.Error.WriteLine($"Name one benchmark: {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

await benchmark();
return 0;
