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
    }

    private static ulong Entry(ulong keyHash, ulong versionHash) =>
        versionHash == VersionHash.Absent ? 0 : VersionHash.Mix(VersionHash.Mix(keyHash, versionHash), keyHash);
}
