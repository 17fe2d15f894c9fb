using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Expressions that give a BatchNorm2d and that can stand wherever one can.</summary>
internal static class Expressions
{
    public static readonly Shape[] All =
    [
        new("($in)"),
        new("$in!"),
        new("($flag ? $in : $in)"),
        new("($in ?? $in)"),
        new("($in ?? throw new Exception(\"BatchNorm2d(8)\"))"),
        new("($flag switch { true => $in, _ => $in })"),
        new("($flag switch { true => $in, _ => null })"),
        new("($flag ? $in : null)"),

        // type tests and casts
        new("(($BN)$t)"),
        new("($t as $BN)"),
        new("($t as $BN ?? $in)"),
        new("($t is $BN $v ? $v : $in)"),
        new("($t is not $BN $v ? $in : $v)"),
        new("($t is $BN { affine: true } $v && $v.training ? $v : $in)"),
        new("($t is $BN ? $in : $in)"),
        new("($t is not $Pattern ? $in : $in)"),
        new("($o is $Pattern or $Modules.LayerNorm ? $in : $in)"),
        new("(!($t is $BN) ? $in : $in)"),
        new("($t.GetType() == typeof($BN) ? $in : $in)"),
        new("(typeof($BN) != $t.GetType() ? $in : $in)"),
        new("($t switch { $BN $v when $v.affine => $v, $BN $w => $w, _ => $in })"),
        new("($o switch { $Pattern => $in, null => $in, _ => $in })"),
        new("($o is $Module $v && $v is $BN $w ? $w : $in)"),
        new("(((object)$in, 1) is ($BN $v, 1) ? $v : null)"),
        new("($m.modules().OfType<$BN>().First())"),
        new("($m.modules().Cast<$BN>().First())"),
        new("($m.modules().Where(each => each is $BN).Select(each => ($BN)each).First())"),
        new("(nameof($BN).Length > 3 ? $in : $in)"),

        // containers and calls, made and taken apart in place
        new("new[] { $in, $in }[0]"),
        new("new $BN[] { $in }[0]"),
        new("new List<$BN> { $in, $in }[0]"),
        new("new Dictionary<string, $BN> { [\"a\"] = $in, [\"b\"] = $in }[\"a\"]"),
        new("($in, 8).Item1"),
        new("(Norm: $in, Width: 8).Norm"),
        new("new { Norm = $in }.Norm"),
        new("((Func<$BN>)(() => $in))()"),
        new("new Func<long, $BN>(c => $in)(8)"),
        new("new Lazy<$BN>(() => $in).Value"),
        new("Tuple.Create($in, 8).Item1"),
        new("KeyValuePair.Create(8, $in).Value"),
        new("Task.FromResult($in).Result"),
        new("Enumerable.Repeat($in, 2).First()"),
        new("Enumerable.Range(1, 3).Select(i => $in).ToList()[0]"),
        new("Enumerable.Range(1, 3).Select(i => ($in, i)).ToArray()[0].Item1"),
        new("(from i in Enumerable.Range(1, 3) let n = $in where n.affine select n).First()"),
        new("new[] { $in }.ToDictionary(each => each.GetName(), each => each).Values.Single()"),
        new("new[] { $in }.Concat(new[] { $in }).Last()"),
        new("new[] { $in }.Aggregate((left, right) => left ?? right)"),
        new("$nn.ModuleList($in, $in)[0]"),
    ];
}
