using Microsoft.Extensions.Configuration;

namespace IntegrationKit.AspNetCore;

/// <summary>
/// The settings as a source of configuration, which notes what is read. It is the last source, which is asked first. A
/// configuration may build it several times.
/// </summary>
internal sealed class TestSettings(IReadOnlyDictionary<string, string> values) : IConfigurationSource
{
    public IReadOnlyDictionary<string, string> Values => values;

    public SettingReads Reads { get; } = new();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(values, Reads);

    /// <summary>Adds it as the last source, so that none that was added meanwhile hides it.</summary>
    public void AddTo(IConfigurationBuilder builder) => builder.Add(this);

    internal sealed class Provider : ConfigurationProvider
    {
        private readonly SettingReads _reads;

        public Provider(IReadOnlyDictionary<string, string> values, SettingReads reads)
        {
            _reads = reads;
            Data = values.ToDictionary(each => each.Key, each => (string?)each.Value, StringComparer.OrdinalIgnoreCase);
        }

        public override bool TryGet(string key, out string? value)
        {
            _reads.Note(key);
            return base.TryGet(key, out value);
        }

        /// <summary>A configuration sets a value in all of its providers. Here it would hide the test's own.</summary>
        public override void Set(string key, string? value)
        {
        }
    }
}
