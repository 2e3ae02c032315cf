global using Xunit;
global using LifetimeEnd = System.IAsyncDisposable;
global using LifetimeTask = System.Threading.Tasks.ValueTask;
