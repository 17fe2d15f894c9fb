using CsCheck;

namespace PbnRewriter.Runtime.Tests;

public sealed class PatchGridTests
{
    private static readonly Gen<PatchGrid> Grids =
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Int[1, int.MaxValue], (rows, columns) => new PatchGrid(rows, columns));

    [Fact]
    public void AnyGrid_IsReadBackFromItsText() =>
        Grids.Sample(grid => PatchGrid.Parse(grid.ToString()) == grid
            && PatchGrid.TryParse(grid.ToString(), out var again) && again == grid);

    [Fact]
    public void AnyGrid_EqualsExactlyTheGridOfItsCounts() => Gen.Select(Grids, Grids).Sample((a, b) =>
        (a == b) == ((a.Rows, a.Columns) == (b.Rows, b.Columns)) && a == (a.Rows, a.Columns)
        && a.GetHashCode() == new PatchGrid(a.Rows, a.Columns).GetHashCode());

    [Fact]
    public void Deconstruction_GivesRowsThenColumns()
    {
        var (rows, columns) = new PatchGrid(2, 3);
        Assert.Equal((2, 3), (rows, columns));
        Assert.Equal("2x3", new PatchGrid(2, 3).ToString());
    }

    [Fact]
    public void Default_IsTheWholeMap() => Assert.Equal(new PatchGrid(1, 1), default);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-2, 2)]
    [InlineData(2, int.MinValue)]
    public void CountBelowOne_IsOutOfRange(int rows, int columns)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatchGrid(rows, columns));
        Assert.Throws<ArgumentOutOfRangeException>(() => (PatchGrid)(rows, columns));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(PatchGrid) with { Rows = rows, Columns = columns });
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("x2")]
    [InlineData("2x")]
    [InlineData("0x2")]
    [InlineData("2x-1")]
    [InlineData("2x2x2")]
    [InlineData("2*2")]
    [InlineData("99999999999x2")]
    public void OtherText_IsAFormatErrorThatQuotesIt(string text)
    {
        var error = Assert.Throws<FormatException>(() => PatchGrid.Parse(text));
        Assert.Contains($"'{text}'", error.Message);
        Assert.Contains("2x2", error.Message);
        Assert.False(PatchGrid.TryParse(text, out var grid));
        Assert.Equal(default, grid);
    }

    [Fact]
    public void NullText_IsRefusedByParseAndNotByTryParse()
    {
        Assert.Throws<ArgumentNullException>(() => PatchGrid.Parse(null!));
        Assert.False(PatchGrid.TryParse(null, out _));
    }
}
