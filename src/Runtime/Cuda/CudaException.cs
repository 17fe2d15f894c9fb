namespace PbnRewriter.Runtime.Cuda;

/// <summary>The driver cannot do something.</summary>
/// <param name="message">What, and why.</param>
internal sealed class CudaException(string message) : Exception(message);
