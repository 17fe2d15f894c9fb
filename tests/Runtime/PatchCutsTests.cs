using CsCheck;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Where maps are cut at random, for any numbers drawn.</summary>
public sealed class PatchCutsTests
{
    private static readonly Gen<double> Draws =
        Gen.OneOf(Gen.Double[0, 1].Where(draw => draw < 1), Gen.Const(0.0), Gen.Const(Math.BitDecrement(1.0)));

    [Fact]
    public void RandomCuts_LeaveEachPatchAQuarterOfAnEvenShareAndCutOnlyLongAxes() => Gen.Select(
        Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[1, 12], Gen.Int[1, 12], Draws.Array[22])
        .Sample((height, width, rows, columns, draws) =>
        {
            var used = 0;
            var cuts = PatchCuts.Random(height, width, (rows, columns), () => draws[used++]);
            Check(height, rows, cuts.Rows.ToArray());
            Check(width, columns, cuts.Columns.ToArray());
            Assert.Equal(cuts.RowCount + cuts.ColumnCount - 2, used);
            Assert.Equal(Shortest(cuts.Rows.ToArray()) * Shortest(cuts.Columns.ToArray()), cuts.SmallestArea());
        });

    [Fact]
    public void CutInTwo_TakesEachPlaceFromAQuarterToThreeQuarters()
    {
        for (var length = 1; length <= 60; length++)
        {
            var places = new SortedSet<int>();
            for (var draw = 0; draw < 1000; draw++)
            {
                var cuts = PatchCuts.Random(length, 1, (2, 1), () => draw / 1000.0);
                places.UnionWith(cuts.Rows[1..^1].ToArray());
            }

            var expected = length > 4 ? Enumerable.Range(length / 4, 3 * length / 4 - length / 4) : [];
            Assert.Equal(expected, places);
        }
    }

    [Fact]
    public void CutInTwo_FallsOnEachPlaceEquallyOften()
    {
        // Places 3 to 8 of 12.
        const int Draws = 60_000, Places = 6;
        var counts = new int[12];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[PatchCuts.Random(12, 1, (2, 1), () => (draw + 0.5) / Draws).Rows[1]]++;
        }

        Assert.Equal([0, 0, 0, .. Enumerable.Repeat(Draws / Places, Places), 0, 0, 0], counts);
    }

    private static void Check(int length, int asked, int[] cuts)
    {
        var parts = cuts.Length - 1;
        Assert.Equal(length > 2 * asked ? asked : Math.Max(1, (length - 1) / 2), parts);
        Assert.Equal((0, length), (cuts[0], cuts[^1]));

        // A quarter of an even share, length / parts / 4, in whole numbers.
        Assert.True(4 * parts * Shortest(cuts) >= length, string.Join(", ", cuts));
    }

    private static int Shortest(int[] cuts) => cuts.Zip(cuts.Skip(1), (from, to) => to - from).Min();
}
