using System.Text.RegularExpressions;

namespace IntegrationKit.Launching;

/// <summary>Tells whether an engine can have an image of a name. What is no name would lead to another call in a request's path.</summary>
internal static partial class ImageName
{
    public static bool IsValid(string text) => Grammar().IsMatch(text);

    public static string Problem(string text) =>
        $"'{text}' is not the name of an image: [registry[:port]/]name[:tag][@digest], the name in lower-case letters, digits and separators.";

    // Source: the grammar of github.com/distribution/reference, in which an id is a name too.
    [GeneratedRegex(
        """
        ^ ( ( [a-zA-Z0-9] ( [a-zA-Z0-9-]* [a-zA-Z0-9] )? ( \. [a-zA-Z0-9] ( [a-zA-Z0-9-]* [a-zA-Z0-9] )? )* | \[ [a-fA-F0-9:]+ \] ) ( : [0-9]+ )? / )?
        [a-z0-9]+ ( ( \. | __? | -+ ) [a-z0-9]+ )* ( / [a-z0-9]+ ( ( \. | __? | -+ ) [a-z0-9]+ )* )*
        ( : [a-zA-Z0-9_] [a-zA-Z0-9_.-]{0,127} )?
        ( @ [a-zA-Z] [a-zA-Z0-9]* ( [-_+.] [a-zA-Z] [a-zA-Z0-9]* )* : [0-9a-fA-F]{32,} )? \z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
