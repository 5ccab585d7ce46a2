namespace ChangeLog.Dispatching;

/// <summary>A handler cannot go on: its loop ended, or it is down and the program does not wait for it.</summary>
internal sealed class HandlerDownException(string handler, string reason)
    : Exception(
        $"The handler {handler} cannot go on: {reason.TrimEnd('.', ' ')}. "
        + "Unhandled changes are left for the next run.");
