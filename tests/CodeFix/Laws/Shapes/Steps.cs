using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Statements of a method's body. Their Out is a local that those below can read.</summary>
internal static class Steps
{
    public static readonly Shape[] All =
    [
        new("var $v = $in;", "$v"),
        new("$BN $v = $in;", "$v"),
        new("$BN $v, $w = $in;\n$v = $w;", "$v"),
        new("$BN $v = null;\n$v ??= $in;", "$v"),
        new("var $v = $flag ? $in : $in;", "$v"),
        new("if ($flag)\n{\n    $in.eval();\n}"),
        new("$in?.eval();"),
        new("_ = $in;"),
        new("using var $v = $in;", "$v"),
        new("using ($BN $v = $in)\n{\n    $v.eval();\n}"),
        new("lock ($in)\n{\n}"),
        new("$Module $v = $flag ? $in : $nn.Identity();\n$v.eval();"),
        new("$Modules.BatchNorm $v = $in;\n$v.eval();"),
        new("void Take$v(params $BN[] norms) { }\nTake$v($in, $in);"),

        // tuples, references, outs
        new("var ($v, $w) = ($in, 8);", "$v"),
        new("($BN $v, int $w) = ($in, 8);", "$v"),
        new("$BN $v;\n($v, _) = ($in, $in);", "$v"),
        new("($BN Norm, int Width) $u = ($in, 8);\nvar $v = $u.Norm;", "$v"),
        new("var ($u, $w) = (($in, 1), 2);\nvar $v = $u.Item1;", "$v"),
        new("$BN $w = $in;\nref $BN $u = ref $w;\n$u = $in;\nvar $v = $w;", "$v", Since: 13),
        new("void Fill$v(out $BN norm) => norm = $in;\nFill$v(out $BN $v);", "$v"),
        new("void Fill$v(out $BN norm) => norm = $in;\nFill$v(out var $v);", "$v"),
        new("void Swap$v(ref $BN norm) => norm = $in;\nvar $v = $in;\nSwap$v(ref $v);", "$v"),
        new("new Dictionary<int, $BN> { { 1, $in } }.TryGetValue(1, out var $v);", "$v"),

        // local functions and lambdas
        new("$BN Make$v() => $in;\nvar $v = Make$v();", "$v"),
        new("static $BN Same$v($BN norm) => norm;\nvar $v = Same$v($in);", "$v"),
        new("T Same$v<T>(T value) => value;\nvar $v = Same$v($in);", "$v"),
        new("T Same$v<T>(T value) => value;\nvar $v = Same$v<$BN>($in);", "$v"),
        new("Func<$BN> $w = () => $in;\nvar $v = $w();", "$v"),
        new("Func<$BN, $BN> $w = norm => norm ?? $in;\nvar $v = $w($in);", "$v"),
        new("Action<$BN> $w = norm => norm.eval();\n$w($in);"),
        new("var $w = () => $in;\nvar $v = $w();", "$v", Since: 10),
        new("var $w = ($BN norm) => norm;\nvar $v = $w($in);", "$v", Since: 10),
        new("var $w = $BN () => $in;\nvar $v = $w();", "$v", Since: 10),

        // collections
        new("var $w = new List<$BN>();\n$w.Add($in);\nvar $v = $w[^1];", "$v"),
        new("List<$BN> $w = new() { $in };\n$w.AddRange(new[] { $in });\nvar $v = $w.First();", "$v"),
        new("$BN[] $w = { $in, $in };\nvar $v = $w[0];", "$v"),
        new("var $w = new $BN[2];\n$w[0] = $in;\nvar $v = $w[0];", "$v"),
        new("List<$BN> $w = [$in, $in];\n$BN[] $u = [.. $w, $in];\nvar $v = $u[0];", "$v", Since: 12),
        new("Span<$BN> $w = new[] { $in };\n$BN $v = $w[0];", "$v", Since: 13),
        new("foreach (var $w in new[] { $in, $in }) $w.eval();"),
        new("foreach ($BN $w in new List<$BN> { $in }) $w.eval();"),
        new("foreach (var ($w, $u) in new Dictionary<string, $BN> { [\"a\"] = $in }) $u.eval();"),
        new("var $w = new Queue<$BN>();\n$w.Enqueue($in);\nwhile ($w.TryDequeue(out $BN $u)) $u.eval();"),
        new("var $v = (from norm in new[] { $in } where norm.affine orderby norm.eps select norm).FirstOrDefault();", "$v"),
        new("var $v = new[] { $in }.Select(norm => new { norm, width = 8 }).Where(pair => pair.width > 4).Select(pair => pair.norm).First();", "$v"),
        new("var $v = new[] { $in }.GroupBy(norm => norm.affine).SelectMany(group => group).First();", "$v"),
        new("var $v = new[] { $in }.Zip(new[] { $in }, (left, right) => left ?? right).First();", "$v"),
        new("IEnumerable<$BN> $w = new List<$BN> { $in };\nvar $v = $w.ElementAt(0);", "$v"),
        new("IReadOnlyDictionary<int, List<$BN>> $w = new Dictionary<int, List<$BN>> { [1] = new() { $in } };\nvar $v = $w[1][0];", "$v"),

        // type tests
        new("if ($t is $BN) { }"),
        new("if ($t is $BN $v && $v.affine) $v.eval();"),
        new("if (!($t is $BN $v)) throw new Exception();", "$v"),
        new("if ($t is not $BN $v) throw new Exception();", "$v"),
        new("if ($t is $BN { training: true, eps: > 1e-3 } $v) $v.eval();"),
        new("if ($t is $BN { weight: var $w }) { }"),
        new("if ($t is $Pattern and not null) { }"),
        new("if ($o is not ($Pattern or $Modules.LayerNorm)) { }"),
        new("if ($t is $Module and $Pattern) { }"),
        new("if ($o is $Module { training: true } and $BN $v) $v.eval();"),
        new("if ($t is $BN _) { }"),
        new("if ($t.GetType() == typeof($BN)) { }"),
        new("if ($t.GetType() != typeof($BN) && $flag) { }"),
        new("var $v = $t as $BN;\nif ($v != null) $v.eval();", "$v"),
        new("$BN $v = $t as $BN;\nif ($v is null) throw new Exception();", "$v"),
        new("($t as $BN)?.eval();"),
        new("(($BN)$t).eval();"),
        new("var $v = ($BN)$t;", "$v"),
        new("switch ($t)\n{\n    case $BN $v when $v.affine:\n        $v.eval();\n        break;\n    case $Pattern:\n        break;\n    default:\n        break;\n}"),
        new("switch ($o)\n{\n    case $Modules.Conv2d _:\n    case $BN _:\n        break;\n    case null:\n        throw new Exception();\n}"),
        new("switch ($m)\n{\n    case $BN { affine: true } $v:\n        $v.eval();\n        break;\n    case $Pattern or $Modules.LayerNorm:\n        break;\n}"),
        new("var $v = $t switch\n{\n    $BN $w => $w,\n    _ => $in,\n};", "$v"),
        new("var $v = $t switch\n{\n    $BN { affine: true } => 1,\n    $Pattern => 2,\n    _ => 3,\n};"),
        new("foreach (var $w in $m.modules().OfType<$BN>()) $w.eval();"),
        new("foreach ($BN $w in $m.modules().Where(each => each is $BN)) $w.eval();"),
        new("var $v = $m.modules().OfType<$BN>().ToList();\n$v.Add($in);"),
        new("var $v = $m.children().Cast<$BN>().FirstOrDefault();", "$v"),
        new("var $v = $m.named_modules().Where(pair => pair.module is $BN).Select(pair => ($BN)pair.module).ToArray();"),
        new("var $v = new List<$Module> { $in }.OfType<$BN>().Any();"),
        new("if (new object[] { $o } is [$BN $v]) $v.eval();", Since: 11),
        new("if ($t is $BN $v || $flag) { }"),
        new("Console.WriteLine(nameof($BN) + typeof($BN).Name);"),

        // asynchronous results, exceptions
        new("var $v = Task.Run(() => $in).Result;", "$v"),
        new("var $v = Task.WhenAll(Task.FromResult($in)).Result[0];", "$v"),
        new("try\n{\n    $in.eval();\n}\ncatch (Exception)\n{\n    $in.train();\n}"),
    ];
}
