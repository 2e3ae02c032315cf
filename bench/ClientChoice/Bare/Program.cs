return await Flow.RunAsync(path => new BareEngine(path), args);
