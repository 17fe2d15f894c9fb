#!/usr/bin/env python3
"""Checks the kernels for GPUs against float64, and times them against cuDNN's batch normalization. It needs an NVIDIA GPU and
PyTorch, and nothing built: the kernels are the PTX of the repository.

    python3 benchmarks/Cuda/bench.py        # --help has what can be chosen

Training at the shapes of ResNet-50's normalization layers: batch 64 and 256, float32 and bfloat16, contiguous and
channels_last, grids 2x2 and 4x4. All in one run, in turns with the peer, medians of CUDA's own events; the L2 cache is
overwritten before each, as in a network most of what a layer reads comes from memory. Prints a Markdown table:

    forward / peer, both / peer   time of the forward, and of forward and backward, relative to batch normalization's
    way                           on chip (by channels or by patches) or two passes (and how many launches), each way
    moved                         accesses to each element, counting those that the L2 cache should serve
    rate                          bytes that must move (5 accesses an element) by the time of both, of the copy's rate
    error                         the largest of output, input gradient, parameters' gradients and running statistics,
                                  relative to the largest value of each

and ends with 1 if an error is larger than the type allows.
"""

import argparse
import math
import statistics
import sys

import torch

import plan as plans
from kernels import COUNTS, Arguments, Kernels

SHAPES = [
    (64, 112, 112), (64, 56, 56), (256, 56, 56), (128, 28, 28), (512, 28, 28), (256, 14, 14), (1024, 14, 14), (512, 7, 7),
    (2048, 7, 7),
]
TYPES = {"float32": (torch.float32, "Float32", 2e-5), "bfloat16": (torch.bfloat16, "BFloat16", 2e-2),
         "float16": (torch.float16, "Float16", 2e-3)}
FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
EPS, MOMENTUM, OWN_WEIGHT = 1e-5, 0.1, 0.5
MOST_FLUSHES = 64


class Layer:
    """Tensors of one case, and the launches on them."""

    def __init__(self, kernels, limits, shape, dtype, memory_format, grid):
        self.shape, self.grid = shape, grid
        device = "cuda"
        self.x = (torch.randn(shape, device=device) * 2 + 3).to(dtype).contiguous(memory_format=memory_format)
        self.dy = torch.randn(shape, device=device).to(dtype).contiguous(memory_format=memory_format)
        self.y, self.dx = torch.empty_like(self.x), torch.empty_like(self.x)
        channels = shape[1]
        self.weight, self.bias = torch.rand(channels, device=device) + 0.5, torch.randn(channels, device=device)
        self.running_mean, self.running_var = torch.zeros(channels, device=device), torch.ones(channels, device=device)
        self.dweight, self.dbias = torch.empty_like(self.weight), torch.empty_like(self.bias)
        rows, columns = plans.even_cuts(shape[2], grid[0]), plans.even_cuts(shape[3], grid[1])
        self.cuts = rows, columns
        self.patches = (len(rows) - 1) * (len(columns) - 1)
        numbers = [len(rows) - 1, len(columns) - 1, *parts(rows), *parts(columns), *rows, *columns]
        self.splits = torch.tensor(numbers, dtype=torch.int32, device=device)
        self.kept = torch.empty(channels, 2 * self.patches + 2, dtype=torch.float64, device=device)
        self.coefficients = torch.empty(channels, self.patches, 4, device=device)
        last = memory_format == torch.channels_last
        self.plans, self.launches = [], []
        for maps in (1, 2):
            plan = plans.make_plan(
                list(shape), last, self.x.element_size(), maps, True, True, [[rows, columns]], limits)
            self.plans.append(plan)
            self.launches.append(self.make_launches(kernels, plan, maps, last, len(numbers)))

    def make_launches(self, kernels, plan, maps, last, split_size):
        partials = torch.empty(
            self.shape[1] * self.patches * plan.parts * 2, dtype=torch.float64, device="cuda")
        names = (
            ("pbn_moments", "pbn_conclude_moments", "pbn_normalize", "pbn_forward_on_chip") if maps == 1
            else ("pbn_products", "pbn_conclude_products", "pbn_gradient", "pbn_backward_on_chip"))
        reduce, conclude, write, on_chip = names
        how = "vectors" if plan.lanes > 1 else "elements"
        launches = []
        for first in range(0, self.shape[1], plan.launch_channels):
            end = min(first + plan.launch_channels, self.shape[1])
            a = Arguments()
            for name, tensor in {
                "input": self.x, "output_gradient": self.dy, "result": self.y if maps == 1 else self.dx,
                "weight": self.weight, "bias": self.bias, "running_mean": self.running_mean,
                "running_var": self.running_var, "weight_gradient": self.dweight, "bias_gradient": self.dbias,
                "splits": self.splits, "partials": partials, "kept": self.kept, "coefficients": self.coefficients,
            }.items():
                setattr(a, name, tensor.data_ptr())
            a.own_weight, a.batch_weight, a.eps = OWN_WEIGHT, MOMENTUM, EPS
            a.images, a.channels, a.height, a.width = self.shape
            a.channels_last, a.patches, a.split_size = int(last), self.patches, split_size
            a.first_channel, a.end_channel = first, end
            for name in COUNTS[COUNTS.index("tile_channels"):]:
                setattr(a, name, int(getattr(plan, name)))
            grid = plan.tiles(end - first), plan.groups

            def tiles(kernel, shared_bytes):
                return kernels.launch(f"{kernel}_{how}", grid, plan.threads, shared_bytes, a)

            launches.append(tiles(on_chip if plan.on_chip else reduce, plan.shared_bytes))
            launches.append(kernels.launch(conclude, (end - first, 1), 32 * min(8, self.patches), 0, a))
            if not plan.on_chip:
                launches.append(tiles(write, 0))
        self.__dict__.setdefault("memory", []).append(partials)
        return launches

    def forward(self):
        run(self.launches[0])

    def backward(self):
        run(self.launches[1])

    def both(self):
        self.forward()
        self.backward()

    def errors(self):
        """The largest errors, relative to the largest value of each result, with running statistics of 0 and 1."""
        self.running_mean.zero_()
        self.running_var.fill_(1)
        self.both()
        torch.cuda.synchronize()
        x, dy, g = self.x.double(), self.dy.double(), self.weight.double().view(-1, 1, 1)
        y, dx = torch.empty_like(x), torch.empty_like(x)
        dweight, dbias = torch.zeros(self.shape[1], device="cuda", dtype=torch.float64), dy.sum((0, 2, 3))
        for top, bottom in zip(self.cuts[0], self.cuts[0][1:]):
            for left, right in zip(self.cuts[1], self.cuts[1][1:]):
                at = (slice(None), slice(None), slice(top, bottom), slice(left, right))
                n = self.shape[0] * (bottom - top) * (right - left)
                mean = x[at].mean((0, 2, 3), keepdim=True)
                variance = (x[at] - mean).square().mean((0, 2, 3), keepdim=True)
                center = mean * OWN_WEIGHT
                deviation = (variance * OWN_WEIGHT + (1 - OWN_WEIGHT) + EPS).sqrt()
                normalized = (x[at] - center) / deviation
                y[at] = g * normalized + self.bias.double().view(-1, 1, 1)
                dweight += (dy[at] * normalized).sum((0, 2, 3))
                by_center = -(g / deviation) * dy[at].sum((0, 2, 3), keepdim=True)
                by_variance = -(g / (2 * deviation ** 3)) * (dy[at] * (x[at] - center)).sum((0, 2, 3), keepdim=True)
                dx[at] = g * dy[at] / deviation + OWN_WEIGHT * (by_center + 2 * by_variance * (x[at] - mean)) / n
        mean, variance = x.mean((0, 2, 3)) * MOMENTUM, x.var((0, 2, 3)) * MOMENTUM + (1 - MOMENTUM)
        pairs = [
            (y, self.y), (dx, self.dx), (dweight, self.dweight), (dbias, self.dbias), (mean, self.running_mean),
            (variance, self.running_var),
        ]
        return [((actual.double() - expected).abs().max() / expected.abs().max()).item() for expected, actual in pairs]


class Peer:
    """Batch normalization by cuDNN, or by PyTorch's own kernels where cuDNN does not take the case."""

    def __init__(self, layer):
        self.of = layer
        self.mean, self.var = torch.zeros_like(layer.running_mean), torch.ones_like(layer.running_var)
        self.name = "cuDNN"
        try:
            self.both()
        except RuntimeError:
            self.name = "PyTorch"
            self.both()

    def forward(self):
        of = self.of
        if self.name == "cuDNN":
            self.saved = torch.ops.aten.cudnn_batch_norm(
                of.x, of.weight, of.bias, self.mean, self.var, True, MOMENTUM, EPS)
        else:
            self.saved = torch.ops.aten.native_batch_norm(
                of.x, of.weight, of.bias, self.mean, self.var, True, MOMENTUM, EPS)

    def backward(self):
        of = self.of
        if self.name == "cuDNN":
            _, mean, var, reserve = self.saved
            torch.ops.aten.cudnn_batch_norm_backward(
                of.x, of.dy, of.weight, self.mean, self.var, mean, var, EPS, reserve)
        else:
            _, mean, var = self.saved
            torch.ops.aten.native_batch_norm_backward(
                of.dy, of.x, of.weight, self.mean, self.var, mean, var, True, EPS, [True, True, True])

    def both(self):
        self.forward()
        self.backward()


def run(launches):
    stream = torch.cuda.current_stream().cuda_stream
    for launch in launches:
        launch(stream)


def parts(cuts):
    return [part for part, (from_, to) in enumerate(zip(cuts, cuts[1:])) for _ in range(from_, to)]


def timed(actions, rounds, flush):
    """Median milliseconds of each action, taken in turns."""
    times, flushes = [[] for _ in actions], [2 for _ in actions]
    for _ in range(rounds):
        for i, action in enumerate(actions):
            # While the GPU overwrites its cache, the host queues what is timed.
            for _ in range(flushes[i]):
                flush.zero_()
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            action()
            end.record()
            if start.query() and flushes[i] < MOST_FLUSHES:
                # The GPU was there before all was queued, and its wait for the host is timed too.
                flushes[i] *= 2
            torch.cuda.synchronize()
            times[i].append(start.elapsed_time(end))
    return [statistics.median(taken[len(taken) // 5:]) for taken in times]


def copy_rate(flush):
    """Bytes a second of torch's own copy of 1 GiB, read and written."""
    source = torch.empty(1 << 28, device="cuda")
    target = torch.empty_like(source)
    (milliseconds,) = timed([lambda: target.copy_(source)], 20, flush)
    return 2 * source.nbytes / milliseconds * 1e3


def way(plan, channels):
    if plan.on_chip:
        return "on chip, " + ("patches" if plan.tile_is_patch else "channels")
    count = plans.divided(channels, plan.launch_channels)
    return "two passes" + (f" x{count}" if count > 1 else "")


def main():
    parser = argparse.ArgumentParser(description="Checks and times the kernels for GPUs; needs an NVIDIA GPU and PyTorch.")
    parser.add_argument("--batches", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--types", nargs="+", choices=TYPES, default=["float32", "bfloat16"])
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--grids", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--cache", type=int, help="plan for this many bytes of L2 cache")
    parser.add_argument("--shared", type=int, help="plan for this many bytes of shared memory; 0: nothing stays on chip")
    parser.add_argument("--bandwidth", type=int, help="plan for memory of so many bytes a second; 0: all channels in one launch, "
                        "1: as few as the cache holds, whatever a launch costs")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("There is no GPU that PyTorch can use.")

    torch.manual_seed(1)
    torch.zeros(1, device="cuda")
    flush = torch.empty(256 << 20, dtype=torch.uint8, device="cuda")
    rate = copy_rate(flush)
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}, "
          f"medians of {options.rounds} interleaved runs. Copy rate: {rate / 1e9:.0f} GB/s, read and written.\n")
    columns = ["shape", "type", "format", "grid", "peer", "forward / peer", "both / peer", "forward", "backward", "moved",
               "rate", "peer, ms", "layer, ms", "error"]
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns), flush=True)
    ratios, failed = [], []
    for type_name in options.types:
        dtype, element, tolerance = TYPES[type_name]
        kernels = Kernels(element)
        multiprocessors, shared, cache, bandwidth = kernels.limits
        limits = (multiprocessors, shared if options.shared is None else options.shared,
                  cache if options.cache is None else options.cache,
                  bandwidth if options.bandwidth is None else options.bandwidth)
        for batch in options.batches:
            for c, h, w in SHAPES:
                for format_name in options.formats:
                    for grid in options.grids:
                        layer = Layer(kernels, limits, (batch, c, h, w), dtype, FORMATS[format_name], (grid, grid))
                        error = max(layer.errors(), key=lambda e: math.inf if math.isnan(e) else e)
                        peer = Peer(layer)
                        of_forward, of_both, peer_forward, peer_both = timed(
                            [layer.forward, layer.both, peer.forward, peer.both], options.rounds, flush)
                        moved = [2 if layer.plans[0].on_chip else 3, 3 if layer.plans[1].on_chip else 5]
                        name = f"{batch}x{c}x{h}x{w}"
                        ratios.append((of_both / peer_both, layer.x.nbytes))
                        if not error <= tolerance:
                            failed.append(f"{name} {type_name} {format_name} {grid}x{grid}: {error:.1e}")
                        print(
                            f"| {name} | {type_name} | {format_name} | {grid}x{grid} | {peer.name} "
                            f"| {of_forward / peer_forward:.2f} | {of_both / peer_both:.2f} "
                            f"| {way(layer.plans[0], c)} | {way(layer.plans[1], c)} | {sum(moved)} "
                            f"| {5 * layer.x.nbytes / of_both * 1e3 / rate:.0%} | {peer_both:.3f} | {of_both:.3f} "
                            f"| {error:.1e} |", flush=True)
                        del layer, peer
    large = [ratio for ratio, size in ratios if size > 1 << 20]
    mean = math.exp(statistics.fmean(math.log(ratio) for ratio in large))
    print(f"\nForward and backward, of the peer's time, above 1 MB: geometric mean {mean:.2f}, at most {max(large):.2f}.")
    if failed:
        sys.exit("Errors larger than the type allows:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
