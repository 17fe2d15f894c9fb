using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DiffEngine;
using DiffPlex.Renderer;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>A verification that runs when it is awaited.</summary>
public sealed class SettingsTask
{
    private static readonly UTF8Encoding Utf8WithBom = new(encoderShouldEmitUTF8Identifier: true);

    private readonly string target;
    private readonly string extension;
    private readonly string sourceFile;
    private object?[] parameters = [];

    internal SettingsTask(string target, string extension, string sourceFile)
    {
        this.target = target;
        this.extension = extension;
        this.sourceFile = sourceFile;
    }

    /// <summary>Names the snapshot after the values of the test's parameters too.</summary>
    public SettingsTask UseParameters(params object?[] values)
    {
        parameters = values;
        return this;
    }

    public TaskAwaiter GetAwaiter() => CompareAsync().GetAwaiter();

    private async Task CompareAsync()
    {
        var stem = Path.Combine(Path.GetDirectoryName(sourceFile)!, SnapshotName());
        var verified = $"{stem}.verified.{extension}";
        var received = $"{stem}.received.{extension}";
        var text = target.ReplaceLineEndings("\n");
        var expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n") : null;
        if (string.Equals(text, expected, StringComparison.Ordinal))
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, text, Utf8WithBom);
        await DiffRunner.LaunchAsync(received, verified, Utf8WithBom);
        throw new XunitException(expected is null
            ? $"There is no snapshot {verified}. Where the text below is right, rename {Path.GetFileName(received)} to it.\n{text}"
            : $"The text is not the one of {verified}. Where it is right, put {Path.GetFileName(received)} in its place.\n"
                + UnidiffRenderer.GenerateUnidiff(expected, text, "verified", "received"));
    }

    private string SnapshotName()
    {
        var test = UsesVerifyAttribute.Test;
        var named = test.GetParameters().Zip(parameters, (parameter, value) =>
            $"_{parameter.Name}={Convert.ToString(value, CultureInfo.InvariantCulture)}");
        return $"{test.DeclaringType!.Name}.{test.Name}{string.Concat(named)}";
    }
}
