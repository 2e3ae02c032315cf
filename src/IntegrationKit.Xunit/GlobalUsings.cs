global using Xunit;
global using Xunit.Abstractions;
global using Xunit.Sdk;
global using LifetimeEnd = Xunit.IAsyncLifetime;
global using LifetimeTask = System.Threading.Tasks.Task;
