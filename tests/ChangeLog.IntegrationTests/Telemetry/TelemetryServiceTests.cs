using System.Diagnostics;
using ChangeLog.Telemetry;
using ChangeLog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace ChangeLog.IntegrationTests.Telemetry;

public sealed class TelemetryServiceTests
{
    [Fact]
    public async Task Traces_metrics_and_logs_arrive_at_the_collector()
    {
        await using var collector = new OtlpCollector();

        await WorkAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_SERVICE_NAME", "changelog-under-test"));

        collector.Text("/v1/traces").ShouldSatisfyAllConditions(
            text => text.ShouldContain(TelemetryNames.PageActivity),
            text => text.ShouldContain("changelog-under-test"));
        collector.Text("/v1/metrics").ShouldSatisfyAllConditions(
            text => text.ShouldContain(TelemetryNames.ChangesHandled),
            text => text.ShouldContain(TelemetryNames.PageDuration),
            text => text.ShouldContain(TelemetryNames.HandlerLag),
            text => text.ShouldContain(TelemetryNames.ListenerReconnects));
        collector.Text("/v1/logs").ShouldContain("a sentence for the collector");
    }

    [Fact]
    public async Task Only_the_signal_that_has_an_endpoint_is_sent()
    {
        await using var collector = new OtlpCollector();

        await WorkAsync(
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.Endpoint + "/v1/metrics"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"));

        collector.Text("/v1/metrics").ShouldContain(TelemetryNames.ChangesHandled);
        collector.Text("/v1/traces").ShouldBeEmpty();
        collector.Text("/v1/logs").ShouldBeEmpty();
    }

    [Fact]
    public async Task Disabled_nothing_is_sent()
    {
        await using var collector = new OtlpCollector();

        await WorkAsync(
            ("OTEL_SDK_DISABLED", "true"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        collector.Text("/v1/metrics").ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_an_error_in_a_statement_the_kind_is_sent_and_not_what_it_says()
    {
        await using var collector = new OtlpCollector();
        using var npgsql = new ActivitySource("Npgsql");

        await WorkAsync(
            () =>
            {
                using var statement = npgsql.StartActivity("a statement")!;
                var error = new InvalidOperationException("a row's value", new FormatException("a row's other value"));
                statement.AddException(error);
                statement.SetTag(TelemetryNames.ErrorTypeTag, error.GetType().FullName);
                statement.SetStatus(ActivityStatusCode.Error, error.Message);
            },
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

        collector.Text("/v1/traces").ShouldSatisfyAllConditions(
            text => text.ShouldContain("a statement"),
            text => text.ShouldContain("exception.message"),
            text => text.ShouldContain("System.InvalidOperationException"),
            text => text.ShouldNotContain("a row's"));
    }

    private static Task WorkAsync(params (string Name, string Value)[] variables) => WorkAsync(() => { }, variables);

    private static async Task WorkAsync(Action work, params (string Name, string Value)[] variables)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
            .Build();
        using var loggers = LoggerFactory.Create(_ => { });
        var logger = loggers.CreateLogger("test");
        using var service = new TelemetryService(configuration, loggers, new EndlessTime());

        await service.StartAsync(TestContext.Current.CancellationToken);
        using (ChangeLogTelemetry.Activities.StartActivity(TelemetryNames.PageActivity))
        {
            ChangeLogTelemetry.PageHandled("test", 3, TimeSpan.FromMilliseconds(5));
            ChangeLogTelemetry.Lag("test", TimeSpan.FromSeconds(1));
            ChangeLogTelemetry.ListenerReconnected();
            work();
            logger.Log(LogLevel.Information, 0, "a sentence for the collector", null, (sentence, _) => sentence);
        }

        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    // the flush is given up after a while, and the first export of a busy machine takes long
    private sealed class EndlessTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
