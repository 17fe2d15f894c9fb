namespace Mixed.Helpers;

public static class Text
{
    public static string Name => "Helpers";
}
