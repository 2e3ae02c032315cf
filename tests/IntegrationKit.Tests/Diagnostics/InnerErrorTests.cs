using System.Net;
using IntegrationKit.Diagnostics;

namespace IntegrationKit.Tests.Diagnostics;

/// <summary>A report shows a text once: an inner exception is there only where it says more than the message.</summary>
public sealed class InnerErrorTests
{
    [Fact]
    public void Start_that_failed_with_an_exception_of_ours_says_its_text_once()
    {
        var cause = new ImageUnavailableException("acme/web:1", "manifest unknown", localAlternative: null, suggestedPrefix: null);

        var error = Start(cause);

        Assert.Same(cause, error.Cause);
        Assert.Null(error.InnerException);
        Assert.Equal(2, error.ToString().Split("manifest unknown").Length);
    }

    [Fact]
    public void Start_shows_what_is_inside_an_exception_of_ours_where_that_says_more()
    {
        Assert.Equal("unexpected byte", Assert.IsType<FormatException>(Start(new IntegrationKitException("no answer", new FormatException("unexpected byte"))).InnerException).Message);
        Assert.Null(Start(new IntegrationKitException("it did not work:\n  bad\nport", new FormatException("bad port"))).InnerException);
        Assert.Null(Start(new IntegrationKitException("no answer")).InnerException);
    }

    [Fact]
    public void Start_shows_the_stack_of_the_users_code()
    {
        var thrown = Record.Exception(UsersCode);

        Assert.Same(thrown, Start(thrown!).InnerException);
        Assert.Same(thrown, Start(new IntegrationKitException($"Initialize failed: {thrown!.Message}", thrown)).InnerException);
    }

    [Fact]
    public void Start_shows_no_secret_in_the_exception_inside_it()
    {
        var evidence = new StartEvidence();
        evidence.Redactor.Add("hunter22");
        var cause = new InvalidOperationException("cannot log in", new IOException("hunter22 was refused"));

        var error = new ServiceStartException("db", TimeSpan.Zero, cause, evidence, new Dictionary<string, string>());

        Assert.Same(cause, error.Cause);
        var inner = Assert.IsType<IntegrationKitException>(error.InnerException);
        Assert.Contains("System.IO.IOException: *** was refused", inner.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Operation_shows_the_first_error_that_says_more()
    {
        var (ours, foreign) = (new IntegrationKitException("a transaction is open"), new IOException("broken"));

        Assert.Null(new ServiceOperationException("reset", [new("db", ours)]).InnerException);
        var error = new ServiceOperationException("reset", [new("db", ours), new("web", foreign)]);

        Assert.Same(foreign, error.InnerException);
        Assert.Equal([ours, foreign], error.Failures.Select(each => each.Error));
    }

    [Fact]
    public void Exception_that_quotes_one_of_ours_leaves_it_out()
    {
        var start = Start(new IOException("broken"));

        Assert.Null(new IntegrationKitException($"SeedAsync failed: {start.Message}", start).InnerException);
        Assert.Same(start, new IntegrationKitException("SeedAsync failed", start).InnerException);
        var foreign = new IOException("broken");
        Assert.Same(foreign, new IntegrationKitException("SeedAsync failed: broken", foreign).InnerException);
    }

    [Fact]
    public void Start_takes_the_fix_of_a_foreign_services_exception_as_the_likely_cause()
    {
        var error = Start(new LicenceException());

        Assert.Equal("Set LICENCE to a key.", error.LikelyCause);
        Assert.Contains("  Likely cause Set LICENCE to a key.", error.Message, StringComparison.Ordinal);
        Assert.Null(Start(new EngineException("create container", HttpStatusCode.BadRequest, "no")).LikelyCause);
    }

    private static void UsersCode() => throw new InvalidOperationException("table missing");

    private static ServiceStartException Start(Exception cause) => new("db", TimeSpan.Zero, cause, new StartEvidence(), new Dictionary<string, string>());

    private sealed class LicenceException() : IntegrationKitException("It refuses to start.")
    {
        public override string Fix => "Set LICENCE to a key.";
    }
}
