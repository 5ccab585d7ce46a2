namespace ChangeLog.Dispatching;

/// <summary>A handler can handle nothing, and the program is one that ends and so does not wait for it.</summary>
internal sealed class HandlerDownException(string handler, string reason)
    : Exception($"The handler {handler} cannot go on: {reason.TrimEnd('.')}. What it has not handled stays for the next run.");
