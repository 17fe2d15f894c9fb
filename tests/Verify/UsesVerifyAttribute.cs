using System.Reflection;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>Marks a test class that verifies snapshots, so that a snapshot can be named after the running test.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UsesVerifyAttribute : BeforeAfterTestAttribute
{
    private static readonly AsyncLocal<MethodInfo?> Current = new();

    internal static MethodInfo Test =>
        Current.Value ?? throw new InvalidOperationException("Put [UsesVerify] on the test class: the snapshot is named after its running test.");

    public override void Before(MethodInfo methodUnderTest) => Current.Value = methodUnderTest;

    public override void After(MethodInfo methodUnderTest) => Current.Value = null;
}
