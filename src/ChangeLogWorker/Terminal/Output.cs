using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChangeLog.Postgres;
using ChangeLog.Telemetry;
using Spectre.Console;

namespace ChangeLogWorker.Terminal;

/// <summary>A verb's output: colours and boxes on a terminal, plain aligned text elsewhere, or JSON.</summary>
internal sealed class Output(TextWriter text, TextWriter errors, IAnsiConsole? terminal, bool json, bool full = false)
{
    public const int PlainWidth = 100;

    private const int Narrowest = 20;

    /// <summary>A width without a limit; small enough for sums.</summary>
    public const int Unlimited = int.MaxValue / 4;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        MaxDepth = AnyDepth.Levels,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new TableNameText() },
    };

    private static readonly JsonSerializerOptions JsonLineOptions = new(JsonOptions) { WriteIndented = false };

    public bool Json { get; } = json;

    /// <summary>Where sentences are wrapped.</summary>
    public int Width => terminal is null ? PlainWidth : Math.Max(Narrowest, terminal.Profile.Width);

    /// <summary>Where values are cut: nowhere in a pipe, or if all is asked for.</summary>
    public int ValueWidth => terminal is null || full ? Unlimited : Width;

    public static Output ForConsole(bool json, bool full)
    {
        if (Console.IsOutputRedirected || json)
        {
            return new Output(Console.Out, Console.Error, terminal: null, json);
        }

        var terminal = AnsiConsole.Console;
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out var columns)
            && columns >= Narrowest)
        {
            terminal.Profile.Width = columns;
        }

        return new Output(Console.Out, Console.Error, terminal, json, full);
    }

    /// <summary>A sentence, or a line of them.</summary>
    public void Line(params IReadOnlyList<Span> spans)
    {
        if (terminal is null)
        {
            foreach (var line in TextWidth.Wrap(string.Concat(spans.Select(span => span.Text)).TrimEnd(), PlainWidth))
            {
                text.WriteLine(line);
            }

            return;
        }

        terminal.MarkupLine(string.Concat(spans.Select(Markup)));
    }

    /// <summary>What stood in the database: one line in a pipe, however long.</summary>
    public void DataLine(params IReadOnlyList<Span> spans)
    {
        if (terminal is null)
        {
            text.WriteLine(string.Concat(spans.Select(span => span.Text)).TrimEnd());
            return;
        }

        Line(spans);
    }

    /// <summary>A text with a hanging indent after its lead.</summary>
    public void Hanging(string words, params IReadOnlyList<Span> lead)
    {
        var indent = lead.Sum(span => TextWidth.Of(span.Text));
        var lines = TextWidth.Wrap(EscapedText.Of(words), Math.Max(Narrowest, Width - indent - 1));
        Line([.. lead, lines[0]]);
        foreach (var line in lines.Skip(1))
        {
            Line(new string(' ', indent) + line);
        }
    }

    public void Table(TextTable table)
    {
        if (terminal is null)
        {
            foreach (var line in table.Lines(PlainWidth))
            {
                text.WriteLine(line);
            }

            return;
        }

        var drawn = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var header in table.Headers)
        {
            drawn.AddColumn(new TableColumn(new Markup($"[bold]{header.EscapeMarkup()}[/]")));
        }

        foreach (var row in table.Rows)
        {
            drawn.AddRow(row.Select(cell => new Markup(Markup(cell))));
        }

        terminal.Write(drawn);
    }

    /// <summary>Writes <paramref name="value"/> as JSON if requested, otherwise for a person.</summary>
    public void Write<T>(T value, Action<T> forPerson)
    {
        if (Json)
        {
            text.WriteLine(RawByte.InJson(JsonSerializer.Serialize(value, JsonOptions)));
        }
        else
        {
            forPerson(value);
        }
    }

    /// <summary>One line of JSON.</summary>
    public void JsonLine<T>(T value) =>
        text.WriteLine(RawByte.InJson(JsonSerializer.Serialize(value, JsonLineOptions)));

    /// <summary>Text for another program, as it is, with the line breaks that it has.</summary>
    public void Raw(string words) => text.Write(words);

    /// <summary>Asks on the terminal, after what there is to know; null: nothing was typed.</summary>
    public async Task<string?> AskAsync(string facts, string question, CancellationToken cancellationToken)
    {
        foreach (var line in new[] { facts, question }.SelectMany(text => TextWidth.Wrap(EscapedText.Of(text), Width)))
        {
            errors.WriteLine(line);
        }

        errors.Write("> ");
        string? typed = null;
        try
        {
            // reading a line cannot be cancelled
            typed = await Task.Run(Console.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        }
        finally
        {
            if (typed is null)
            {
                errors.WriteLine();
            }
        }

        return typed;
    }

    /// <summary>Says on the terminal how far a long search has come, once it has taken a second.</summary>
    public SearchProgress Progress(string doing) => new(Console.IsErrorRedirected ? null : errors, doing);

    public void Error(string sentence) => errors.WriteLine($"changelog: {EscapedText.Of(sentence)}");

    private static string Markup(Span span) =>
        span.TextStyle == TextStyle.Plain
            ? span.Text.EscapeMarkup()
            : $"[{Style(span.TextStyle)}]{span.Text.EscapeMarkup()}[/]";

    private static string Style(TextStyle tone) => tone switch
    {
        TextStyle.Strong => "bold",
        TextStyle.Dim => "grey",
        TextStyle.Before => "red",
        TextStyle.After or TextStyle.Good => "green",
        TextStyle.Doubtful => "yellow",
        TextStyle.Bad => "bold red",
        _ => "default",
    };
}
