using System.Globalization;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>samples/CrossDomain: from the rewrite of its networks to the table, in small.</summary>
public sealed class CrossDomainTests(CrossDomainRun run) : IClassFixture<CrossDomainRun>
{
    [Fact]
    public void Experiment_RewritesItsNetworks()
    {
        run.Two.Succeeded("The experiment");

        Assert.Contains("pbn.PatchBatchNorm2d(outputs, ", NetworkSource("fused"), StringComparison.Ordinal);
        Assert.Contains("layout: PatchLayout.Fused", NetworkSource("fused"), StringComparison.Ordinal);
        Assert.DoesNotContain("PatchBatchNorm2d", NetworkSource("batchnorm"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRunAndDomain_HasARow()
    {
        run.Three.Succeeded("The experiment");
        var runs = Runs(run.Folder);
        var final = runs.Where(row => row["phase"] == "Final").ToList();

        // Two source domains to choose between two learning rates for three variants; all five domains for three seeds.
        Assert.Equal(2 * 2 * 3, runs.Count(row => row["phase"] == "Development"));
        Assert.Equal(5 * 3 * 3, final.Count);
        Assert.Equal(["1", "2", "3"], final.Select(row => row["seed"]).Distinct());
        Assert.Equal(["plain", "stripes+left"], final.Where(row => row["role"] == "source").Select(row => row["domain"]).Distinct());
        Assert.Equal(["sketch", "plain+left+fog", "clouds"], final.Where(row => row["role"] == "held-out").Select(row => row["domain"]).Distinct());
        Assert.All(runs, row => Assert.InRange(double.Parse(row["accuracy"], CultureInfo.InvariantCulture), 0, 1));
        Assert.NotEqual(
            final.Where(row => row["variant"] == "batchnorm").Select(row => row["loss"]),
            final.Where(row => row["variant"] == "fused").Select(row => row["loss"]));
    }

    [Fact]
    public void MoreSeeds_GoOnWhereFewerEnded()
    {
        run.Three.Succeeded("The experiment");

        Assert.StartsWith(run.RunsOfTwo, File.ReadAllText(Path.Combine(run.Folder, "runs.csv")), StringComparison.Ordinal);
        Assert.DoesNotContain("choosing", run.Three.Error, StringComparison.Ordinal);
        Assert.Contains("final runs 3/3", run.Three.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TableAndChart_AreOfAllRuns()
    {
        run.Three.Succeeded("The experiment");
        var final = Runs(run.Folder).Where(row => row["phase"] == "Final" && row["role"] == "held-out").ToList();
        var (plain, fused) = (Mean("batchnorm"), Mean("fused"));

        var line = Assert.Single(run.Three.Lines, line => line.StartsWith("| fused | ", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);

        Assert.StartsWith(fused.ToString("F1", CultureInfo.InvariantCulture), line[5], StringComparison.Ordinal);
        Assert.StartsWith((fused - plain).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture), line[6], StringComparison.Ordinal);
        Assert.Contains("3 seeds", run.Three.Output, StringComparison.Ordinal);
        Assert.Equal(run.Three.Output, File.ReadAllText(Path.Combine(run.Folder, "table.md")));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Path.Combine(run.Folder, "chart.png"))[..4]);

        double Mean(string variant) => 100 * final.Where(row => row["variant"] == variant).Average(row => double.Parse(row["accuracy"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task OtherSettings_InTheSameFolder_AreRefused()
    {
        run.Three.Succeeded("The experiment");

        await RefusesAsync("holds an experiment with other settings", [.. run.Options, "--seeds", "3", "--pretraining-steps", "7", "--output", run.Folder]);
    }

    [Fact]
    public async Task FolderThatAnotherProcessWorksIn_IsRefused()
    {
        run.Three.Succeeded("The experiment");
        using var other = new FileStream(Path.Combine(run.Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        await RefusesAsync("Another process works in", [.. run.Options, "--seeds", "3", "--output", run.Folder]);
    }

    [Fact]
    public async Task OutputThatCannotBeWritten_IsNamed()
    {
        var file = Path.GetTempFileName();
        try
        {
            await RefusesAsync(file, ["--output", file]);
            await RefusesAsync(file, ["domains", "--output", Path.Combine(file, "domains")]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(40)]
    public async Task RowCutShort_TakesItsRunAway(int cut)
    {
        run.Three.Succeeded("The experiment");
        using var copy = new FolderCopy(run.Folder, "settings.json", "runs.csv");
        var file = Path.Combine(copy.Folder, "runs.csv");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file))[..^cut]);

        var report = (await CrossDomainRun.StartAsync("report", "--output", copy.Folder)).Succeeded("report");

        Assert.Contains("; 2 seeds.", report.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FewerSeeds_AreReportedAlone()
    {
        run.Three.Succeeded("The experiment");
        using var copy = new FolderCopy(run.Folder, "settings.json", "runs.csv");
        await copy.ReplaceAsync("settings.json", "\"Seeds\": 3", "\"Seeds\": 2");

        var report = (await CrossDomainRun.StartAsync("report", "--output", copy.Folder)).Succeeded("report");

        Assert.Contains("; 2 seeds.", report.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Three.Lines[4], report.Lines);
    }

    [Fact]
    public async Task NetworksOfAnotherConfiguration_AreBuiltAnew()
    {
        run.Three.Succeeded("The experiment");
        using var copy = new FolderCopy(run.Folder, "settings.json", "networks");
        var binaries = Path.Combine(copy.Folder, "networks", "batchnorm", "CrossDomain", "CrossDomain.Models", "bin");
        Directory.Move(Path.Combine(binaries, Repository.Configuration), Path.Combine(binaries, "Other"));

        (await CrossDomainRun.StartAsync([.. run.Options, "--seeds", "1", "--output", copy.Folder])).Succeeded("The experiment");
    }

    /// <summary>In binary, 0.1 + 0.7 is less than 0.3 + 0.5.</summary>
    [Fact]
    public async Task OfLearningRatesThatAreAsGood_TheLowestIsChosen()
    {
        run.Three.Succeeded("The experiment");
        using var copy = new FolderCopy(run.Folder, "settings.json", "runs.csv", "networks");
        var rows = new List<string> { "phase,variant,learning_rate,seed,loss,seconds,domain,role,accuracy" };
        foreach (var variant in new[] { "batchnorm", "fused", "frozen" })
        {
            rows.Add($"Development,{variant},0.05,1001,1,1,plain,source,0.1");
            rows.Add($"Development,{variant},0.05,1001,1,1,stripes+left,source,0.7");
            rows.Add($"Development,{variant},0.1,1001,1,1,plain,source,0.3");
            rows.Add($"Development,{variant},0.1,1001,1,1,stripes+left,source,0.5");
        }

        await File.WriteAllLinesAsync(Path.Combine(copy.Folder, "runs.csv"), rows);

        (await CrossDomainRun.StartAsync([.. run.Options, "--seeds", "1", "--output", copy.Folder])).Succeeded("The experiment");

        Assert.Equal(["0.05"], Runs(copy.Folder).Where(row => row["phase"] == "Final").Select(row => row["learning_rate"]).Distinct());
    }

    /// <summary>With the networks of the baseline under its name, a variant comes to the baseline's numbers.</summary>
    [Fact]
    public async Task VariantsOfASeed_DifferInTheirNetworksAlone()
    {
        run.Three.Succeeded("The experiment");
        using var copy = new FolderCopy(run.Folder, "settings.json", "networks");
        foreach (var file in Directory.GetFiles(Libraries("batchnorm")))
        {
            File.Copy(file, Path.Combine(Libraries("fused"), Path.GetFileName(file)), overwrite: true);
        }

        (await CrossDomainRun.StartAsync([.. run.Options, "--seeds", "2", "--output", copy.Folder])).Succeeded("The experiment");

        Assert.Equal(RowsOf("batchnorm"), RowsOf("fused"));
        Assert.NotEqual(RowsOf("batchnorm"), RowsOf("frozen"));

        string Libraries(string variant) => Path.Combine(copy.Folder, "networks", variant, "CrossDomain", "CrossDomain.Models", "bin", Repository.Configuration, "net10.0");

        IEnumerable<string> RowsOf(string variant) => Runs(copy.Folder)
            .Where(row => row["variant"] == variant)
            .Select(row => string.Join(' ', row["phase"], row["learning_rate"], row["seed"], row["domain"], row["loss"], row["accuracy"]))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Differences of 2, 4 and 3 points: t = 3 * sqrt(3), and with two degrees of freedom p = 1 - t / sqrt(2 + t^2) = 0.0351.</summary>
    [Fact]
    public async Task Report_TestsDifferencesInPairs_AndCorrectsForTheirNumber()
    {
        run.Three.Succeeded("The experiment");
        var folder = Directory.CreateTempSubdirectory("pbn-report-");
        try
        {
            var settings = await File.ReadAllTextAsync(Path.Combine(run.Folder, "settings.json"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "settings.json"), settings.Replace("0.05", "0.00002", StringComparison.Ordinal));
            var rows = new List<string> { "phase,variant,learning_rate,seed,loss,seconds,domain,role,accuracy" };
            foreach (var (seed, plain, fused, frozen) in new[] { (1, 0.5, 0.52, 0.6), (2, 0.6, 0.64, 0.5), (3, 0.7, 0.73, 0.7) })
            {
                foreach (var (variant, accuracy) in new[] { ("batchnorm", plain), ("fused", fused), ("frozen", frozen) })
                {
                    rows.AddRange(new[] { "plain", "stripes+left" }.Select(domain => Row(domain, "source", variant == "frozen" ? 0.1 : 0.9)));
                    rows.AddRange(new[] { "sketch", "plain+left+fog", "clouds" }.Select(domain => Row(domain, "held-out", accuracy)));

                    string Row(string domain, string role, double share) =>
                        FormattableString.Invariant($"Final,{variant},{(variant == "frozen" ? 0.00002 : 0.1)},{seed},0.5,1,{domain},{role},{share}");
                }
            }

            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "runs.csv"), rows);

            var report = (await CrossDomainRun.StartAsync("report", "--output", folder.FullName)).Succeeded("report");

            Assert.Contains("| batchnorm | 0.1 (edge) | 90.0 ± 0.0 |  | 60.0 ± 10.0 |  |  | 0 |", report.Lines);
            Assert.Contains("| fused | 0.1 (edge) | 90.0 ± 0.0 | 0.0 ± 0.0 | 63.0 ± 10.5 | +3.0 ± 2.5 | 0.0702 | 0 |", report.Lines);
            Assert.Contains("| frozen | 0.00002 (edge) | 10.0 ± 0.0 | -80.0 ± 0.0 | 60.0 ± 10.0 | 0.0 ± 24.8 | 1.0000 | 3 |", report.Lines);
            Assert.Contains("Collapsed: ", report.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task FolderOfImages_TrainsFromWeightsOfOtherClasses()
    {
        var root = Directory.CreateTempSubdirectory("pbn-folder-");
        try
        {
            var (images, output) = (Path.Combine(root.FullName, "images"), Path.Combine(root.FullName, "experiment"));
            (await CrossDomainRun.StartAsync("domains", "--output", images, "--domains", "plain,sketch,clouds", "--images", "10", "--image-size", "40", "--jpg")).Succeeded("domains");
            string[] options =
            [
                "--data", images, "--output", output, "--sources", "plain,clouds", "--start", "pretrained", "--pretraining-classes", "disc,star,plus",
                "--image-size", "24", "--steps", "4", "--pretraining-steps", "4", "--batch", "4", "--variants", "frozen", "--learning-rates", "0.01", "--seeds",
            ];

            var first = (await CrossDomainRun.StartAsync([.. options, "2"])).Succeeded("The experiment");

            Assert.Equal(8 * 10, Directory.GetFiles(Path.Combine(images, "sketch"), "*.jpg", SearchOption.AllDirectories).Length);
            Assert.Contains("Sources: plain, clouds. Held out: sketch.", first.Lines);
            Assert.Equal(2, Directory.GetFiles(Path.Combine(output, "pretrained"), "*.bin").Length);
            Assert.Equal(["Pretraining", "Final"], Runs(output).Select(row => row["phase"]).Distinct());

            var (checkpoint, loaded) = (Path.Combine(root.FullName, "weights.bin"), Path.Combine(root.FullName, "loaded"));
            File.Copy(Path.Combine(output, "pretrained", "1.bin"), checkpoint);
            string[] other =
            [
                "--data", images, "--output", loaded, "--sources", "plain,clouds", "--start", checkpoint,
                "--image-size", "24", "--steps", "4", "--batch", "4", "--variants", "blended-4x4", "--learning-rates", "0.01", "--seeds",
            ];
            await File.WriteAllTextAsync(Path.Combine(root.FullName, ".editorconfig"), "[*.cs]\nPBN0001.statistics = selected\n");
            (await CrossDomainRun.StartAsync([.. other, "1"])).Succeeded("The experiment");

            Assert.Equal(["batchnorm", "blended-4x4"], Runs(loaded).Select(row => row["variant"]).Distinct().Order(StringComparer.Ordinal));
            Assert.DoesNotContain("PatchStatistics", NetworkSource(loaded, "blended-4x4"), StringComparison.Ordinal);

            await File.WriteAllTextAsync(checkpoint, "no state_dict");
            await RefusesAsync(checkpoint + " does not hold the state_dict", [.. other, "2"]);

            // A file that is no image is named; its neighbours stay.
            var broken = Path.Combine(images, "sketch", "ring", "0003.jpg");
            await File.WriteAllTextAsync(broken, "no image");
            await RefusesAsync(broken, [.. options, "3"]);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task FolderThatLacksImages_IsRefusedBeforeAnyRun()
    {
        var root = Directory.CreateTempSubdirectory("pbn-folder-");
        try
        {
            var (images, output) = (Path.Combine(root.FullName, "images"), Path.Combine(root.FullName, "experiment"));
            (await CrossDomainRun.StartAsync("domains", "--output", images, "--domains", "plain,sketch,clouds", "--images", "10", "--image-size", "16")).Succeeded("domains");

            // What archives and repositories leave beside domains, and a class that nothing is in.
            Directory.CreateDirectory(Path.Combine(images, ".git", "objects"));
            Directory.CreateDirectory(Path.Combine(images, "plain", "empty"));
            string[] options = ["--data", images, "--output", output, "--sources", "plain,clouds", "--image-size", "16", "--batch", "4", "--variants", "frozen", "--seeds", "1", "--steps", "1"];

            await RefusesAsync("--light is of drawn images", [.. options, "--light", "left"]);
            await RefusesAsync("has no image for Development, Test", options);
            Directory.Delete(Path.Combine(images, "plain", "ring"), recursive: true);
            Directory.Delete(Path.Combine(images, "clouds", "ring"), recursive: true);
            await RefusesAsync("no image of ring to train with", [.. options, "--learning-rates", "0.1"]);
            Assert.False(Directory.Exists(output));

            // From scratch nothing is pretrained on ring, so that what is refused next is the folder.
            await File.WriteAllTextAsync(output, "");
            await RefusesAsync(output, [.. options, "--learning-rates", "0.1", "--pretraining-classes", "ring,star"]);
            File.Delete(output);

            Directory.Delete(Path.Combine(images, "sketch", "ring"), recursive: true);
            var report = (await CrossDomainRun.StartAsync([.. options, "--learning-rates", "0.1"])).Succeeded("The experiment");

            Assert.Contains("Sources: plain, clouds. Held out: sketch.", report.Lines);
            Assert.DoesNotContain("empty", await File.ReadAllTextAsync(Path.Combine(output, "settings.json")), StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("There is no domain marble", "--sources", "marble")]
    [InlineData("There is no variant groupnorm", "--variants", "groupnorm")]
    [InlineData("There is no network vgg", "--network", "vgg")]
    [InlineData("there is no file weights.bin", "--start", "weights.bin")]
    [InlineData("There is no folder", "--data", "nowhere-at-all")]
    [InlineData("each once", "--sources", "plain", "--held-out", "plain,sketch")]
    [InlineData("--learning-rates takes numbers above 0", "--learning-rates", "0.1,fast")]
    [InlineData("--learning-rates takes numbers above 0", "--learning-rates", ",")]
    [InlineData("--pretraining-learning-rate takes a number above 0", "--pretraining-learning-rate", "-1")]
    [InlineData("fused-warm has no warm-up", "--variants", "fused,fused-warm", "--start", "pretrained")]
    [InlineData("--light takes even or left", "--light", "right", "--sources", "plain")]
    [InlineData("--seeds takes at most 1000", "--seeds", "1001")]
    [InlineData("takes at least one domain", "domains", "--output", "nowhere-at-all", "--domains", ",")]
    [InlineData("--steps takes a whole number of at least 1", "--steps", "0")]
    [InlineData("--color", "--color")]
    [InlineData("--output takes a value that is not empty", "--output", "")]
    [InlineData("holds no experiment", "report", "--output", "nowhere-at-all")]
    [InlineData("There is no domain marble", "domains", "--output", "nowhere-at-all", "--domains", "marble")]
    public Task WhatCannotBeUsed_IsSaid(string message, params string[] arguments) => RefusesAsync(message, arguments);

    private static async Task RefusesAsync(string message, string[] arguments)
    {
        var refused = await CrossDomainRun.StartAsync(arguments);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    private string NetworkSource(string variant) => NetworkSource(run.Folder, variant);

    private static string NetworkSource(string folder, string variant) =>
        File.ReadAllText(Path.Combine(folder, "networks", variant, "CrossDomain", "CrossDomain.Models", "SmallNet.cs"));

    private static List<Dictionary<string, string>> Runs(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "runs.csv"));
        var names = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    /// <summary>A copy of some of what a folder holds.</summary>
    private sealed class FolderCopy : IDisposable
    {
        private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("pbn-cross-domain-copy-");

        public FolderCopy(string folder, params string[] names)
        {
            foreach (var path in names.Select(name => Path.Combine(folder, name)).SelectMany(FilesOf))
            {
                var target = Path.Combine(Folder, Path.GetRelativePath(folder, path));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(path, target);
            }

            static IEnumerable<string> FilesOf(string path) => File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
        }

        public string Folder => copy.FullName;

        public async Task ReplaceAsync(string name, string old, string with)
        {
            var path = Path.Combine(Folder, name);
            var text = await File.ReadAllTextAsync(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, text.Replace(old, with, StringComparison.Ordinal));
        }

        public void Dispose() => copy.Delete(recursive: true);
    }
}
