namespace ArgsApp;

public interface IGreeting
{
    string Text { get; }
}

internal sealed class Greeting : IGreeting
{
    public string Text => "hello from the application";
}
