using ChangeLogWorker.Cli;

return await CommandTree.RunAsync(args);
