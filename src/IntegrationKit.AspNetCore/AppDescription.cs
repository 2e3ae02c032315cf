using Microsoft.Extensions.DependencyInjection;

namespace IntegrationKit.AspNetCore;

/// <summary>What a <see cref="WebAppService{TEntryPoint}"/> was told, without its type parameter.</summary>
internal sealed record AppDescription
{
    public required Type EntryPoint { get; init; }

    public required IReadOnlyDictionary<string, ServiceReference> Settings { get; init; }

    public required bool RequireSettingsRead { get; init; }

    public required Action<IServiceCollection>? ConfigureServices { get; init; }

    public required string? ReadyPath { get; init; }

    public required int? Port { get; init; }

    public required bool UseHttps { get; init; }

    public required string EnvironmentName { get; init; }

    public required string? ContentRoot { get; init; }

    /// <summary>The application's name, which hosting takes for its assembly's.</summary>
    public string Assembly => EntryPoint.Assembly.GetName().Name!;

    /// <summary>The entry point as a person knows it: a <c>Program</c> alone says nothing.</summary>
    public string Program => $"{EntryPoint.FullName} of {Assembly}";
}
