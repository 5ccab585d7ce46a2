using ChangeLog.Telemetry;

namespace ChangeLogWorker.Terminal;

/// <summary>A styled piece of a line.</summary>
/// <param name="Text">Its text, escaped.</param>
/// <param name="TextStyle">Its style.</param>
internal readonly record struct Span(string Text, TextStyle TextStyle = TextStyle.Plain)
{
    public string Text { get; init => field = EscapedText.Of(value); } = EscapedText.Of(Text);

    public static implicit operator Span(string text) => new(text);
}
