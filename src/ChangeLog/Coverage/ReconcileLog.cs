using ChangeLog.Hosting;
using ChangeLogWorker.Triggers.Coverage;
using Microsoft.Extensions.Logging;

namespace ChangeLog.Coverage;

/// <summary>Logs the findings of a reconcile, except those that the previous one has logged already.</summary>
internal sealed class ReconcileLog(ILogger logger)
{
    private readonly LogOnce _said = new();

    public void Write(ReconcileReport report)
    {
        foreach (var difference in report.SettingChanges)
        {
            logger.SettingChanged(difference);
        }

        foreach (var action in report.Actions)
        {
            logger.TriggerPutRight(action.Action, action.Trigger, action.Table.ToString(), action.Reason);
        }

        foreach (var failed in report.Failed.Where(table => _said.IsNew($"{table.Table} {table.Reason}")))
        {
            logger.TableFailed(failed.Table.ToString(), failed.Reason);
        }

        foreach (var warning in report.Warnings.Where(_said.IsNew))
        {
            logger.Warned(warning);
        }

        foreach (var hint in report.Hints.Where(_said.IsNew))
        {
            logger.Hinted(hint);
        }

        _said.EndRound();
    }
}
