namespace ChangeLogWorker.Cli;

/// <summary>A piece of a line and how it is meant.</summary>
internal readonly record struct Span(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Span(string text) => new(text);
}
