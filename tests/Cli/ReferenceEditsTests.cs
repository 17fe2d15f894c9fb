using System.Collections.Immutable;
using System.Text;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.References;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

public sealed class ReferenceEditsTests
{
    private static readonly ReferenceChoice Package = new ReferenceChoice.Package("1.2.3");

    [Fact]
    public void ProjectFile_ReferenceFollowsTorchSharp() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
            <ItemGroup>
                <PackageReference Include="SkiaSharp" Version="2.88.9" />
                <PackageReference Include="TorchSharp" Version="0.107.0" />
                <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
            </ItemGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
            <ItemGroup>
                <PackageReference Include="SkiaSharp" Version="2.88.9" />
                <PackageReference Include="TorchSharp" Version="0.107.0" />
                <PackageReference Include="PbnRewriter" Version="1.2.3" />
                <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
            </ItemGroup>
        </Project>
        """);

    [Fact]
    public void ElementOverSeveralLines_ReferenceFollowsItsEnd() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
        	<ItemGroup>
        		<PackageReference Condition="'1' != '>'"
        				Include="TorchSharp-cpu">
        			<!-- </PackageReference> -->
        			<Version>0.107.0</Version>
        		</PackageReference> <!-- the one -->
        	</ItemGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
        	<ItemGroup>
        		<PackageReference Condition="'1' != '>'"
        				Include="TorchSharp-cpu">
        			<!-- </PackageReference> -->
        			<Version>0.107.0</Version>
        		</PackageReference>
        		<PackageReference Include="PbnRewriter" Version="1.2.3" Condition="'1' != '&gt;'" /> <!-- the one -->
        	</ItemGroup>
        </Project>
        """);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void GroupOnOneLine_StaysOnOneLine(string between) => Becomes(
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>{between}<PackageReference Include="TorchSharp" Version="0.107.0" />{between}<Using Include="System" />{between}</ItemGroup>
        </Project>
        """,
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>{between}<PackageReference Include="TorchSharp" Version="0.107.0" />{between}<PackageReference Include="PbnRewriter" Version="1.2.3" />{between}<Using Include="System" />{between}</ItemGroup>
        </Project>
        """);

    [Fact]
    public void CommentBeforeTheElement_ReferenceGetsALineOfItsOwn() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>
            <!-- the models --> <PackageReference Include="TorchSharp" Version="0.107.0" />
          </ItemGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>
            <!-- the models --> <PackageReference Include="TorchSharp" Version="0.107.0" />
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
          </ItemGroup>
        </Project>
        """);

    [Fact]
    public void ConditionOfOneFramework_IsKeptAlthoughFalseInTheOuterEvaluation() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFrameworks>net8.0;netstandard2.0</TargetFrameworks>
          </PropertyGroup>
          <ItemGroup Condition="'$(TargetFramework)' == 'net8.0'">
            <PackageReference Include="TorchSharp" Version="0.107.0" />
          </ItemGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFrameworks>net8.0;netstandard2.0</TargetFrameworks>
          </PropertyGroup>
          <ItemGroup Condition="'$(TargetFramework)' == 'net8.0'">
            <PackageReference Include="TorchSharp" Version="0.107.0" />
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
          </ItemGroup>
        </Project>
        """);

    [Fact]
    public void BundlesOfSeveralSystems_ReferenceHoldsOnAll() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>
            <PackageReference Include="TorchSharp-cuda-linux" Version="0.107.0" Condition="$([MSBuild]::IsOSPlatform('Linux'))" />
            <PackageReference Include="TorchSharp-cuda-windows" Version="0.107.0" Condition="$([MSBuild]::IsOSPlatform('Windows'))" />
          </ItemGroup>

        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <ItemGroup>
            <PackageReference Include="TorchSharp-cuda-linux" Version="0.107.0" Condition="$([MSBuild]::IsOSPlatform('Linux'))" />
            <PackageReference Include="TorchSharp-cuda-windows" Version="0.107.0" Condition="$([MSBuild]::IsOSPlatform('Windows'))" />
          </ItemGroup>

          <ItemGroup>
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
          </ItemGroup>

        </Project>
        """);

    [Fact]
    public void NoTorchSharpOfItsOwn_NewGroupAtTheEnd() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net8.0</TargetFramework>
          </PropertyGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net8.0</TargetFramework>
          </PropertyGroup>

          <ItemGroup>
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
          </ItemGroup>
        </Project>
        """);

    [Fact]
    public void GroupsWithoutIndentation_NewGroupHasNoneEither() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
        <PropertyGroup>
            <TargetFramework>net8.0</TargetFramework>
        </PropertyGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
        <PropertyGroup>
            <TargetFramework>net8.0</TargetFramework>
        </PropertyGroup>

        <ItemGroup>
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
        </ItemGroup>
        </Project>
        """);

    [Fact]
    public void EmptyProject_IsOpened() => Becomes(
        """<Project Sdk="Microsoft.NET.Sdk" />""",
        """
        <Project Sdk="Microsoft.NET.Sdk">

          <ItemGroup>
            <PackageReference Include="PbnRewriter" Version="1.2.3" />
          </ItemGroup>
        </Project>
        """);

    [Theory]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="pbnrewriter" Version="0.1.0" /></ItemGroup></Project>""")]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup Condition="'$(TargetFramework)' == 'net9.0'"><PackageReference Include="PbnRewriter" Version="0.1.0" /></ItemGroup></Project>""")]
    public void Referenced_NothingIsAdded(string project)
    {
        using var folder = new TemporaryFolder();
        folder.Write("A.csproj", project);

        Assert.Empty(Create([Evaluate(folder["A.csproj"])], Package));
    }

    [Fact]
    public void None_NothingIsAdded()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");

        Assert.Empty(Create([Evaluate(folder["Models/Models.csproj"])], new ReferenceChoice.None()));
    }

    [Fact]
    public void CentralVersionsAndSharedProps_AreEditedOnceEach()
    {
        using var folder = TemporaryFolder.OfFixture("Central");

        var edits = Create(
            [Evaluate(folder["Models/Models.csproj"]), Evaluate(folder["Other/Other.csproj"])], Package);
        new DiskWriter(folder.FullPath).Write(edits, default);

        Assert.Equal(["Directory.Build.props", "Directory.Packages.props"], edits.Select(edit => Path.GetFileName(edit.Path)));
        Assert.Contains(
            "    </PackageReference>\n    <PackageReference Include=\"PbnRewriter\" />\n    <PackageReference Include=\"SharpZipLib\" />\n",
            folder.Read("Directory.Build.props"),
            StringComparison.Ordinal);
        Assert.Contains(
            "\t\t<PackageVersion Include=\"TorchSharp\" Version=\"0.107.0\" />\n\t\t<PackageVersion Include=\"PbnRewriter\" Version=\"1.2.3\" />\n",
            folder.Read("Directory.Packages.props"),
            StringComparison.Ordinal);
        Assert.Empty(Create([Evaluate(folder["Models/Models.csproj"])], Package));
    }

    [Fact]
    public void CentralManagementWithoutAVersionItem_VersionIsOverridden() => Becomes(
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="TorchSharp" VersionOverride="0.107.0" />
          </ItemGroup>
        </Project>
        """,
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="TorchSharp" VersionOverride="0.107.0" />
            <PackageReference Include="PbnRewriter" VersionOverride="1.2.3" />
          </ItemGroup>
        </Project>
        """);

    [Theory]
    [InlineData("Directory.Build.props", "Directory.Packages.props", "")]
    [InlineData("eng/Versions.props", "Directory.Packages.props", "<Import Project=\"eng/Versions.props\" />")]
    [InlineData("Directory.Build.props", "eng/Packages.props", "<PropertyGroup><DirectoryPackagesPropsPath>$(MSBuildThisFileDirectory)eng/Packages.props</DirectoryPackagesPropsPath></PropertyGroup>")]
    public void CentralManagement_SetElsewhere_IsSeen(string managed, string versions, string inBuildProps)
    {
        using var folder = TemporaryFolder.OfFixture("Central");
        folder.Write(versions, "<Project>\r\n\t<ItemGroup>\r\n\t\t<PackageVersion Include=\"TorchSharp\" Version=\"0.107.0\" />\r\n\t</ItemGroup>\r\n</Project>");
        folder.Write("Directory.Build.props", $"<Project>{inBuildProps}</Project>");
        folder.Write(managed, $"<Project>{(managed == "Directory.Build.props" ? inBuildProps : "")}<PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>");
        folder.Edit("Models/Models.csproj", "</Project>", "<ItemGroup>\n    <PackageReference Include=\"TorchSharp\" />\n</ItemGroup></Project>");
        if (versions != "Directory.Packages.props")
        {
            File.Delete(folder["Directory.Packages.props"]);
        }

        new DiskWriter(folder.FullPath).Write(Create([Evaluate(folder["Models/Models.csproj"])], Package), default);

        Assert.Contains("<PackageReference Include=\"PbnRewriter\" />", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
        Assert.Contains(
            "Version=\"0.107.0\" />\r\n\t\t<PackageVersion Include=\"PbnRewriter\" Version=\"1.2.3\" />\r\n\t</ItemGroup>\r\n</Project>", folder.Read(versions), StringComparison.Ordinal);
    }

    [Fact]
    public void VersionOverrideForbidden_VersionIsKeptCentral()
    {
        using var folder = TemporaryFolder.OfFixture("Central");
        folder.Edit("Directory.Packages.props", "</PropertyGroup>", "<CentralPackageVersionOverrideEnabled>false</CentralPackageVersionOverrideEnabled></PropertyGroup>");

        var edits = Create([Evaluate(folder["Models/Models.csproj"])], Package);

        Assert.Equal(["Directory.Build.props", "Directory.Packages.props"], edits.Select(edit => Path.GetFileName(edit.Path)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CarriageReturnsMarkAndMissingLastNewLine_Stay(bool marked)
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        var text = folder.Read("Models/Models.csproj").Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd();
        File.WriteAllText(folder["Models/Models.csproj"], text, new UTF8Encoding(marked));

        new DiskWriter(folder.FullPath).Write(Create([Evaluate(folder["Models/Models.csproj"])], Package), default);

        const string TorchSharp = "    <PackageReference Include=\"TorchSharp\" Version=\"0.107.0\" />\r\n";
        var expected = text.Replace(
            TorchSharp, TorchSharp + "    <PackageReference Include=\"PbnRewriter\" Version=\"1.2.3\" />\r\n", StringComparison.Ordinal);
        byte[] mark = marked ? Encoding.UTF8.GetPreamble() : [];
        Assert.Equal([.. mark, .. Encoding.UTF8.GetBytes(expected)], File.ReadAllBytes(folder["Models/Models.csproj"]));
    }

    [Fact]
    public void Project_IsReferencedByItsPathFromTheProject()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        folder.Write("runtime/Pbn.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        var choice = ReferenceChoice.Parse("project=runtime/Pbn.csproj", folder.FullPath);

        new DiskWriter(folder.FullPath).Write(Create(
            [Evaluate(folder["Models/Models.csproj"]), Evaluate(folder["App/App.csproj"])], choice), default);

        Assert.Contains(
            "Version=\"0.107.0\" />\n    <ProjectReference Include=\"../runtime/Pbn.csproj\" />\n", folder.Read("Models/Models.csproj"), StringComparison.Ordinal);
        Assert.Contains(
            "Models.csproj\" />\n    <ProjectReference Include=\"../runtime/Pbn.csproj\" />\n", folder.Read("App/App.csproj"), StringComparison.Ordinal);
        Assert.Empty(Create([Evaluate(folder["App/App.csproj"])], choice));
    }

    private static ImmutableArray<FileEdit> Create(IEnumerable<EvaluatedProject> projects, ReferenceChoice choice) =>
        ReferenceEdits.Create(projects, choice, _ => true);

    private static EvaluatedProject Evaluate(string file) => new ProjectEvaluation(BuildProperties.None).Evaluate(file);

    private static void Becomes(string before, string after)
    {
        using var folder = new TemporaryFolder();
        folder.Write("A.csproj", before);

        new DiskWriter(folder.FullPath).Write(Create([Evaluate(folder["A.csproj"])], Package), default);

        Assert.Equal(after, folder.Read("A.csproj"));
        Evaluate(folder["A.csproj"]);
    }
}
