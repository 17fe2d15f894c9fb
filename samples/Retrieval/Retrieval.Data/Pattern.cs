namespace Retrieval.Data;

/// <summary>How a shirt is woven.</summary>
public enum Pattern
{
    Plain,
    Hoops,
    Stripes,
    Checks,
    Dots,
}
