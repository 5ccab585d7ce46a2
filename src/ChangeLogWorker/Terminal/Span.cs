using ChangeLog.Telemetry;

namespace ChangeLogWorker.Terminal;

/// <summary>A piece of a line and how it is meant.</summary>
/// <param name="Text">What it says; nothing in it steers the terminal.</param>
/// <param name="TextStyle">How it is meant.</param>
internal readonly record struct Span(string Text, TextStyle TextStyle = TextStyle.Plain)
{
    /// <summary>What it says, escaped.</summary>
    public string Text { get; init => field = EscapedText.Of(value); } = EscapedText.Of(Text);

    public static implicit operator Span(string text) => new(text);
}
