using System.Collections.Immutable;

namespace DynamoActors.Core.AntiEntropy;

/// <summary>
/// What one replica holds of a partition, small enough to compare with another's (Dynamo paper, 4.7): a root, branches, and under each
/// branch leaves. A leaf is the XOR of a hash per key in it, a branch of its leaves, the root of its branches, so a write changes each in
/// constant time and the order of writes leaves no trace. Not thread-safe.
/// </summary>
public sealed class HashTree
{
    public const int BranchesDefault = 32;
    public const int LeavesPerBranchDefault = 32;

    private readonly ulong[] _branches;
    private readonly ulong[] _leaves;

    /// <param name="branches">Few: each comparison of branches finds more. Many: a comparison of two roots that differ sends more.</param>
    /// <param name="leavesPerBranch">
    /// Few: more keys are listed for each difference. Many: more memory for each partition, 8 bytes a leaf.
    /// </param>
    public HashTree(int branches = BranchesDefault, int leavesPerBranch = LeavesPerBranchDefault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(branches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(leavesPerBranch, 1);
        _branches = new ulong[branches];
        _leaves = new ulong[checked(branches * leavesPerBranch)];
        LeavesPerBranch = leavesPerBranch;
    }

    public int LeavesPerBranch { get; }

    public int LeafCount => _leaves.Length;

    public ulong Root { get; private set; }

    /// <summary>How many keys it holds.</summary>
    public long Keys { get; private set; }

    public ReadOnlySpan<ulong> Branches => _branches;

    public ReadOnlySpan<ulong> Leaves(int branch) => _leaves.AsSpan(branch * LeavesPerBranch, LeavesPerBranch);

    /// <summary>In which of all leaves the key lies: branch × leaves per branch + leaf within it.</summary>
    public int LeafOf(ulong keyHash) => (int)Math.BigMul(keyHash, (ulong)_leaves.Length, out _);

    /// <summary>A key's object changed.</summary>
    /// <param name="keyHash">The lower half of its <see cref="Ring.KeyHash"/>; the upper has already chosen the partition.</param>
    /// <param name="oldVersionHash">What the tree holds of it; <see cref="VersionHash.Absent"/> where it holds nothing.</param>
    /// <param name="newVersionHash"><see cref="VersionHash.Absent"/> where it was removed.</param>
    public void Update(ulong keyHash, ulong oldVersionHash, ulong newVersionHash)
    {
        var change = Entry(keyHash, oldVersionHash) ^ Entry(keyHash, newVersionHash);
        var leaf = LeafOf(keyHash);
        _leaves[leaf] ^= change;
        _branches[leaf / LeavesPerBranch] ^= change;
        Root ^= change;
        Keys += (newVersionHash != VersionHash.Absent ? 1 : 0) - (oldVersionHash != VersionHash.Absent ? 1 : 0);
    }

    public void Clear()
    {
        _branches.AsSpan().Clear();
        _leaves.AsSpan().Clear();
        Root = 0;
        Keys = 0;
    }

    /// <summary>Which branches differ from those of another tree of the same shape.</summary>
    /// <exception cref="ArgumentException">The other tree has another shape.</exception>
    public ImmutableArray<int> DifferingBranches(ReadOnlySpan<ulong> otherBranches) => Differing(_branches, otherBranches, first: 0);

    /// <summary>Which leaves of a branch differ, as indexes among all leaves.</summary>
    /// <exception cref="ArgumentException">The other tree has another shape.</exception>
    public ImmutableArray<int> DifferingLeaves(int branch, ReadOnlySpan<ulong> otherLeaves) =>
        Differing(Leaves(branch), otherLeaves, branch * LeavesPerBranch);

    private static ulong Entry(ulong keyHash, ulong versionHash) =>
        versionHash == VersionHash.Absent ? 0 : VersionHash.Mix(VersionHash.Mix(keyHash, versionHash), keyHash);

    private static ImmutableArray<int> Differing(ReadOnlySpan<ulong> mine, ReadOnlySpan<ulong> theirs, int first)
    {
        if (mine.Length != theirs.Length)
            throw new ArgumentException(
                $"The other tree has {theirs.Length} hashes where this one has {mine.Length}: they cannot be compared.");
        var differing = ImmutableArray.CreateBuilder<int>();
        for (var index = 0; index < mine.Length; index++)
            if (mine[index] != theirs[index])
                differing.Add(first + index);
        return differing.DrainToImmutable();
    }
}
