using Retrieval.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Retrieval.Train;

/// <summary>How well a gallery is ranked for queries, as the benchmarks of person re-identification measure it.</summary>
internal sealed class RankingMetrics
{
    private RankingMetrics(double meanAveragePrecision, double rank1)
    {
        MeanAveragePrecision = meanAveragePrecision;
        Rank1 = rank1;
    }

    /// <summary>The mean of the queries' average precision, 0 to 1.</summary>
    public double MeanAveragePrecision { get; }

    /// <summary>The share of queries whose most similar image shows the same individual, 0 to 1.</summary>
    public double Rank1 { get; }

    /// <summary>
    /// Ranks the gallery for each query by the cosine of the angle between embeddings. Images of the query's individual
    /// by the query's camera are left out, as they are too easy to find (Zheng et al., ICCV 2015).
    /// </summary>
    /// <param name="queryEmbeddings">Of shape (queries, D).</param>
    /// <param name="queries">What the embeddings are of, in their order.</param>
    /// <param name="galleryEmbeddings">Of shape (gallery, D).</param>
    /// <param name="gallery">What the embeddings are of, in their order.</param>
    public static RankingMetrics Compute(
        Tensor queryEmbeddings, Photograph[] queries, Tensor galleryEmbeddings, Photograph[] gallery)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor similarities = matmul(
            nn.functional.normalize(queryEmbeddings), nn.functional.normalize(galleryEmbeddings).transpose(0, 1));
        float[] values = similarities.contiguous().data<float>().ToArray();
        List<double> precisions = new List<double>();
        int firstHits = 0;
        for (int i = 0; i < queries.Length; i++)
        {
            Photograph query = queries[i];
            ReadOnlyMemory<float> row = values.AsMemory(i * gallery.Length, gallery.Length);
            bool[] hits = Enumerable.Range(0, gallery.Length)
                .Where(j => gallery[j].Identity != query.Identity || gallery[j].Camera != query.Camera)
                .OrderByDescending(j => row.Span[j])
                .Select(j => gallery[j].Identity == query.Identity)
                .ToArray();
            precisions.Add(AveragePrecision(hits));
            firstHits += hits[0] ? 1 : 0;
        }

        return new RankingMetrics(precisions.Average(), (double)firstHits / queries.Length);
    }

    /// <summary>The mean, over the hits in a ranking, of the share of hits down to each.</summary>
    private static double AveragePrecision(bool[] hits)
    {
        double sum = 0;
        int found = 0;
        for (int rank = 1; rank <= hits.Length; rank++)
        {
            if (hits[rank - 1])
            {
                found++;
                sum += (double)found / rank;
            }
        }

        return sum / found;
    }
}
