namespace PbnRewriter.CodeFix.Tests;

/// <summary>Where the using directive of the runtime goes.</summary>
[UsesVerify]
public sealed class ImportTests
{
    [Fact]
    public async Task SortedUsings_KeepsTheirOrder() => await VerifyRewritten("""
        using System;
        using Azure = System.Text;
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task NoUsings_GoesBelowTheHeader() => await VerifyRewritten("""
        // Copyright of somebody.
        // All rights reserved.

        #nullable disable

        /// <summary>A model.</summary>
        class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task NoUsingsAndNoHeader_KeepsTheCommentOfTheClass() => await VerifyRewritten("""
        // The model.
        class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task LicenseRightAboveTheCode_StaysOnTop() => await VerifyRewritten("""
        // Copyright of somebody.
        // Licensed under MIT.
        namespace Vision
        {
            class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }
        }
        """);

    [Fact]
    public async Task UsingsInsideNamespace_GoesThere() => await VerifyRewritten("""
        namespace Vision
        {
            using System;
            using TorchSharp;

            class Model { object norm = torch.nn.BatchNorm2d(64); }
        }
        """);

    [Fact]
    public async Task StaticUsingsOnly_GoesAbove() => await VerifyRewritten("""
        // Header.

        using static TorchSharp.torch.nn;

        class Model { object norm = BatchNorm2d(64); }
        """);

    [Fact]
    public async Task GlobalUsings_GoesBelow() => await VerifyRewritten("""
        global using TorchSharp;
        global using static TorchSharp.torch.nn;

        class Model { object norm = BatchNorm2d(64); }
        """);

    [Fact]
    public async Task ConditionalUsings_StaysOutside() => await VerifyRewritten("""
        #if DEBUG
        using System;
        #endif
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task FileInsideConditional_StaysInside() => await VerifyRewritten("""
        #if !NET35
        using System;
        #if DEBUG
        using System.Text;
        #endif
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        #endif
        """);

    [Fact]
    public async Task GlobalUsingOfTheRuntime_AddsNone() => await VerifyRewritten("""
        global using PbnRewriter.Runtime;
        using TorchSharp;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    [Fact]
    public async Task FileScopedNamespace_KeepsUsingsAbove() => await VerifyRewritten("""
        using TorchSharp;

        namespace Vision;

        class Model { object norm = torch.nn.BatchNorm2d(64); }
        """);

    private static async Task VerifyRewritten(string source) =>
        await Verify(await Rewriting.OfAsync(source), extension: "cs", Snapshot.Path());
}
