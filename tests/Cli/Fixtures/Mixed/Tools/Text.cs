namespace Mixed.Tools;

public static class Text
{
    public static string Name => "Tools";
}
